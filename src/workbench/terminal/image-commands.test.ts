import { expect, test } from 'vitest';
import type { ImageReport } from '../../../grader/contract/report.ts';
import { fileLines, helpLines, historyLines, inspectLines, modeText } from './image-commands.ts';

const image: ImageReport = {
  ...{ sizeBytes: 9_100_000, compressedBytes: 4_000_000, baseImage: 'scratch', user: '1000' },
  ...{ entrypoint: ['/server'], cmd: [], workingDir: '', exposedPorts: ['3000/tcp'], layers: [] },
  history: [
    { createdBy: '/bin/sh -c #(nop) ADD file:abc in /', sizeBytes: 75_000_000, fromBase: true },
    { createdBy: 'RUN /bin/sh -c apt-get update\n # buildkit', sizeBytes: 1_234, line: 4, fromBase: false },
    { createdBy: 'USER 1000', fromBase: false },
  ],
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC.
const plain = (lines: string[]) => lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));

test('history tells the newest first, with the line and without what BuildKit wraps around', () => {
  expect(plain(historyLines(image, 80))).toEqual([
    '    SIZE  FROM      CREATED BY',
    '       -            USER 1000',
    ' 1.23 kB  line 4    RUN apt-get update',
    '   75 MB  base      ADD file:abc in /',
  ]);
});

test('no row is longer than the terminal', () => {
  for (const columns of [20, 40]) {
    for (const line of plain(historyLines(image, columns))) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('a report of an earlier version is told as one', () => {
  const { history: _, ...old } = image;
  expect(historyLines(old, 80).join()).toContain('Build it again');
  expect(plain(inspectLines(old)).join('\n')).toContain('Entrypoint   ["/server"]');
});

test('files are listed with their rights, owners and sizes', () => {
  const entry = { mode: 0o755, uid: 0, gid: 0, sizeBytes: 1_000 };
  const lines = fileLines({
    path: '/app',
    entries: [
      { ...entry, name: 'lib', type: 'directory' },
      { ...entry, name: 'sh', type: 'symlink', linkTarget: '/bin/busybox', mode: 0o777 },
      { ...entry, name: 'su', type: 'file', mode: 0o4755, uid: 1000 },
    ],
    more: 3,
  });
  expect(plain(lines)).toEqual([
    '/app',
    'drwxr-xr-x  0:0         1 kB  lib/',
    'lrwxrwxrwx  0:0               sh -> /bin/busybox',
    '-rwsr-xr-x  1000:0      1 kB  su',
    '3 more are not shown',
  ]);
});

test('rights are written as ls writes them', () => {
  expect(modeText('directory', 0o1777)).toBe('drwxrwxrwt');
  expect(modeText('file', 0o2640)).toBe('-rw-r-S---');
});

test('help names the way inside that there is', () => {
  expect(plain(helpLines(true)).join('\n')).toContain('shell');
  expect(plain(helpLines(false)).join('\n')).toContain('toolbox');
});
