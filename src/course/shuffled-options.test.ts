import { expect, test } from 'vitest';
import { shuffledOptions } from './shuffled-options.ts';

const options = ['a', 'b', 'c', 'dont-know'].map((id) => ({ id }));
const orderOf = (id: string) => shuffledOptions({ id, options }).map((option) => option.id);

test('every option stays, the same order comes for the same question, and "I don\'t know" is the last', () => {
  expect(orderOf('why').toSorted()).toEqual(['a', 'b', 'c', 'dont-know']);
  expect(orderOf('why')).toEqual(orderOf('why'));
  expect(orderOf('why').at(-1)).toBe('dont-know');
});

test('what the author wrote first is not first in every question', () => {
  const first = Array.from({ length: 30 }, (_, index) => orderOf(`question-${index}`)[0]);
  expect(new Set(first)).toEqual(new Set(['a', 'b', 'c']));
});
