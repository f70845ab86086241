import { expect, test } from 'vitest';
import { jsonObjects } from './go-fill.ts';

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
