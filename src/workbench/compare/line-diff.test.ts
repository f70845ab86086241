import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`);

test.each<[before: string, after: string, expected: string[]]>([
  ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
  ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
  ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
  ['a\nb\nc', 'c', ['-a', '-b', ' c']],
  ['a\nb\na', 'b\na\nb', ['-a', ' b', ' a', '+b']],
  ['', 'a', ['-', '+a']],
])('%j against %j', (before, after, expected) => {
  expect(shown(before, after)).toEqual(expected);
});

test('lines are numbered in both texts', () => {
  expect(diffLines('a\nb', 'x\nb')).toEqual([
    { kind: 'removed', text: 'a', before: 1, after: undefined },
    { kind: 'added', text: 'x', before: undefined, after: 1 },
    { kind: 'same', text: 'b', before: 2, after: 2 },
  ]);
});

test('two long texts that share nothing are compared within bounds', () => {
  const long = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word}${at}`).join('\n');
  expect(diffLines(long('a'), long('b'))).toHaveLength(40_000);
});
