import { expect, test } from 'vitest';
import { mergeLayers } from '../contract/merge-layers.ts';
import type { LayerEntry } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { findShell, listFiles } from './look-inside.ts';

const entry = (path: string, changes: Partial<LayerEntry> = {}): LayerEntry => ({
  ...{ path, type: 'file', sizeBytes: 10, mode: 0o100755, uid: 0, gid: 0 },
  ...changes,
});
const link = (path: string, linkTarget: string) => entry(path, { type: 'symlink', linkTarget, sizeBytes: 0 });
const folder = (path: string) => entry(path, { type: 'directory', mode: 0o40755, sizeBytes: 0 });
const files = (...entries: LayerEntry[]) => mergeLayers([{ entries }]);

test('a shell is found behind links, and called by the name that it is asked for', () => {
  expect(findShell(files(link('/bin', 'usr/bin'), folder('/usr/bin'), entry('/usr/bin/bash')))).toBe('/bin/bash');
  expect(findShell(files(link('/bin/sh', '/bin/busybox'), entry('/bin/busybox')))).toBe('/bin/sh');
});

test('what can not be run is no shell', () => {
  expect(findShell(files(entry('/bin/sh', { mode: 0o100644 })))).toBeUndefined();
  expect(findShell(files(link('/bin/sh', 'nowhere')))).toBeUndefined();
  expect(findShell(files(folder('/bin/sh')))).toBeUndefined();
  expect(findShell(files(link('/bin/sh', '/bin/sh')))).toBeUndefined();
});

test('a folder is listed with what is below its folders, also by a link or dots', () => {
  const tree = files(
    folder('/app'),
    folder('/app/lib'),
    entry('/app/lib/a.js'),
    entry('/app/lib/deep/b.js'),
    entry('/app/x'),
    link('/here', '/app'),
  );
  expect(listFiles(tree, '/app').entries.map(({ name, type, sizeBytes }) => [name, type, sizeBytes])).toEqual([
    ['lib', 'directory', 20],
    ['x', 'file', 10],
  ]);
  expect(listFiles(tree, 'here/../here').path).toBe('/app');
  expect(listFiles(tree, '/').entries.map(({ name }) => name)).toEqual(['app', 'here']);
  expect(listFiles(tree, '/app/x').entries).toMatchObject([{ name: 'x' }]);
});

test('a path that is not there is said, and a hostile name is shown as text', () => {
  expect(() => listFiles(files(), '/nope')).toThrow('There is no /nope in this image.');
  expect(listFiles(files(entry('/\u001b]0;owned\u0007a')), '/').entries[0]?.name).toBe('a');
});

test('a folder of thousands of files is cut, and says so', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => entry(`/many/${index}`));
  const { entries, more } = listFiles(files(folder('/many'), ...many), '/many');
  expect(entries).toHaveLength(limits.terminal.listedEntriesMax);
  expect(more).toBe(2_000 - limits.terminal.listedEntriesMax);
});
