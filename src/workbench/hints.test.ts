import { expect, test } from 'vitest';
import { hintOrder } from './hints.ts';

const hints = [
  { text: 'general' },
  { text: 'about size', checks: ['small'] },
  { text: 'about users', checks: ['not-root', 'small'] },
  { text: 'about stages', checks: ['two-stages'] },
];

test('before anything failed the general hint comes first', () => {
  expect(hintOrder(hints, new Set())).toEqual([0, 1, 2, 3]);
});

test('hints for a failed check come before the general one, from general to specific', () => {
  expect(hintOrder(hints, new Set(['small']))).toEqual([1, 2, 0, 3]);
  expect(hintOrder(hints, new Set(['two-stages']))).toEqual([3, 0, 1, 2]);
});
