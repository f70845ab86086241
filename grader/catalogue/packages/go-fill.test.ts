import { expect, test } from 'vitest';
import { jsonObjects, replacedFolders } from './go-fill.ts';

test('objects that Go prints one after the other are read one by one', () => {
  const text =
    '{\n\t"Path": "a",\n\t"Origin": {\n\t\t"VCS": "git"\n\t}\n}\n{\n\t"Path": "b",\n\t"Error": "not found: {\\n}"\n}\n';
  expect(jsonObjects(text)).toEqual([
    { Path: 'a', Origin: { VCS: 'git' } },
    { Path: 'b', Error: 'not found: {\n}' },
  ]);
});

test('no output is no object', () => {
  expect(jsonObjects('')).toEqual([]);
});

test('modules in folders of the repository are found, and none outside of it', () => {
  const goMod = [
    'module a',
    'replace b => ./b',
    'replace (',
    '\tc v1.0.0 => ./libs/../libs/c // ours',
    '\td => ../d',
    '\te => e.example/fork v1.2.0',
    ')',
    '// replace f => ./f',
    '',
  ].join('\n');
  expect(replacedFolders(goMod)).toEqual(['b', 'libs/c']);
});
