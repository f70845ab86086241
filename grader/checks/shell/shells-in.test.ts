import { expect, test } from 'vitest';
import { sampleEntry, sampleFiles } from '../sample-evidence.ts';
import { shellsIn } from './shells-in.ts';

const link = (path: string, linkTarget: string) => sampleEntry(path, { type: 'symlink', linkTarget });

test('links are followed, and those that lead to no program are no shells', () => {
  const files = sampleFiles([
    sampleEntry('/bin/dash', { mode: 0o755 }),
    link('/bin/sh', 'dash'),
    link('/bin/bash', '/nowhere'),
    sampleEntry('/usr/share/doc/bash', { mode: 0o644 }),
  ]);
  expect(shellsIn(files).map(({ path }) => path)).toEqual(['/bin/sh', '/bin/dash']);
});

test('thousands of links that take a thousand steps each are not all followed, and then count', () => {
  const far = link('/far', 'folder/'.repeat(990));
  const links = Array.from({ length: 2_000 }, (_, at) => link(`/d/busybox-${at}`, '/far'));
  expect(shellsIn(sampleFiles([far, ...links])).length).toBeGreaterThan(1_900);
});
