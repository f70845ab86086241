import { expect, test } from 'vitest';
import type { LayerEntry } from '../engine/engine.ts';
import { imageContents } from './image-contents.ts';

const entry = (path: string, parts: Partial<LayerEntry> = {}): LayerEntry => ({
  ...{ path, type: 'file', sizeBytes: 1, mode: 0o644, uid: 0, gid: 0 },
  ...parts,
});

test('counts the packages of Debian by their lists', () => {
  const info = ['bash.list', 'bash.md5sums', 'libc6:amd64.list', 'libc6:amd64.postinst'];
  const entries = info.map((name) => entry(`/var/lib/dpkg/info/${name}`));
  expect(imageContents([{ entries }])).toEqual({ packages: 2, programs: 0 });
});

test('counts the packages of a distroless image by their status files', () => {
  const entries = ['base-files', 'base-files.md5sums', 'libc6'].map((name) => entry(`/var/lib/dpkg/status.d/${name}`));
  expect(imageContents([{ entries }])).toEqual({ packages: 2, programs: 0 });
});

test('counts what could be run: files and links in the folders of a PATH', () => {
  const entries = [
    entry('/usr/bin/ls', { mode: 0o755 }),
    entry('/usr/local/sbin/mend', { mode: 0o750 }),
    entry('/bin/awk', { type: 'symlink', mode: 0o777, linkTarget: '/etc/alternatives/awk' }),
    entry('/busybox/sh', { type: 'symlink', mode: 0o777, linkTarget: 'busybox' }),
    entry('/usr/bin/notes.txt'),
    entry('/usr/bin', { type: 'directory', mode: 0o755 }),
    entry('/usr/share/bin/x', { mode: 0o755 }),
    entry('/opt/tool/bin/x', { mode: 0o755 }),
  ];
  expect(imageContents([{ entries }])).toEqual({ programs: 4 });
});

test('what a later layer takes away is not counted', () => {
  const layers = [
    { entries: [entry('/bin/sh', { mode: 0o755 }), entry('/var/lib/dpkg/info/dash.list')] },
    { entries: [entry('/bin/sh', { type: 'whiteout' })] },
  ];
  expect(imageContents(layers)).toEqual({ packages: 1, programs: 0 });
});
