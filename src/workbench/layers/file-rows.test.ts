import { expect, test } from 'vitest';
import { type FileQuery, fileRows, modeText, type Row } from './file-rows.ts';
import { file, gone, testImage } from './testing.ts';

const image = testImage(
  { fromBase: true, entries: [file('/bin/sh', 80), file('/etc/passwd', 2)] },
  { entries: [file('/app/lib/a.js', 30), file('/app/lib/b.js', 40), file('/app/Main.js', 5)] },
  { entries: [file('/app/Main.js', 6), gone('/app/lib/b.js')] },
);
const source = {
  files: image.files,
  fromBase: (layer: number) => image.layers[layer]?.fromBase ?? false,
  lineOf: (layer: number) => image.layers[layer]?.line,
};
const plain: FileQuery = {
  search: '',
  layer: undefined,
  kind: undefined,
  sort: 'size',
  ascending: false,
  asFolders: true,
};
const none = new Set<string>();
const show = (row: Row) => `${' '.repeat(row.level - 1)}${row.name}${row.type === 'folder' ? '/' : ''}`;
const rows = (query: Partial<FileQuery> = {}, opened = none, closed = none) =>
  fileRows(source, { query: { ...plain, ...query }, opened, closed }).map(show);

test('folders are closed at first, the largest above; what is opened shows what is in it', () => {
  expect(rows()).toEqual(['app/', 'bin/', 'etc/']);
  expect(rows({}, new Set(['/app']))).toEqual(['app/', ' lib/', ' Main.js', ' Main.js', 'bin/', 'etc/']);
  expect(rows({ sort: 'name', ascending: false })).toEqual(['etc/', 'bin/', 'app/']);
});

test('a search opens the folders of what it finds, in any case and with stars', () => {
  expect(rows({ search: 'MAIN' })).toEqual(['app/', ' Main.js', ' Main.js']);
  expect(rows({ search: '/app/*.js', kind: 'deleted' })).toEqual(['app/', ' lib/', '  b.js']);
  expect(rows({ search: 'main' }, none, new Set(['/app']))).toEqual(['app/']);
  expect(rows({ search: '[' })).toEqual([]);
});

test('without folders all files stand in one order', () => {
  expect(rows({ asFolders: false })).toEqual([
    '/bin/sh',
    '/app/lib/b.js',
    '/app/lib/a.js',
    '/app/Main.js',
    '/app/Main.js',
    '/etc/passwd',
  ]);
  expect(rows({ asFolders: false, layer: 'base' })).toEqual(['/bin/sh', '/etc/passwd']);
  expect(rows({ asFolders: false, layer: 2 })).toEqual(['/app/Main.js']);
  expect(rows({ asFolders: false, kind: 'changed' })).toEqual(['/app/Main.js']);
});

test('every row has a key of its own', () => {
  const keys = fileRows(source, { query: { ...plain, asFolders: false }, opened: none, closed: none }).map(
    ({ key }) => key,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test('fifty thousand files are rows at once', { timeout: 60_000 }, () => {
  const many = testImage({
    entries: Array.from({ length: 50_000 }, (_, index) => file(`/d${index % 500}/e${index % 7}/f${index}`, index)),
  });
  const found = fileRows(
    { ...source, files: many.files },
    { query: { ...plain, search: 'f' }, opened: none, closed: none },
  );
  expect(found.length).toBe(50_000 + 500 + 3_500);
});

test('a mode is written as ls does', () => {
  expect(modeText('file', 0o644)).toBe('-rw-r--r--');
  expect(modeText('file', 0o4755)).toBe('-rwsr-xr-x');
  expect(modeText('directory', 0o1777)).toBe('drwxrwxrwt');
  expect(modeText('symlink', 0o2644)).toBe('lrw-r-Sr--');
});
