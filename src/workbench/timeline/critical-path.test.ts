import { expect, test } from 'vitest';
import { criticalPath, type Timed } from './critical-path.ts';

const step = (id: number, start: number, end: number, ...inputs: number[]): Timed => ({ id, start, end, inputs });

test.each<[string, Timed[], number[]]>([
  ['nothing', [], []],
  ['one step', [step(1, 0, 5)], [1]],
  ['a chain', [step(1, 0, 5), step(2, 5, 9, 1), step(3, 9, 10, 2)], [1, 2, 3]],
  [
    'two branches: the longer one',
    [step(1, 0, 1), step(2, 1, 9, 1), step(3, 1, 4, 1), step(4, 9, 10, 2, 3)],
    [1, 2, 4],
  ],
  ['a base that was fetched after the long step', [step(1, 0, 6), step(2, 6.5, 7), step(3, 7, 8, 1, 2)], [1, 3]],
  ['a step that ended after what is shipped', [step(1, 0, 9), step(2, 0, 3), step(3, 3, 4, 2)], [1]],
  ['inputs that are not listed', [step(1, 0, 2, 99), step(2, 2, 3, 1, 98)], [1, 2]],
  [
    'of inputs that took equally long, the one that ended last',
    [step(1, 0, 5), step(2, 1, 6), step(3, 6, 7, 1, 2)],
    [2, 3],
  ],
  ['cached steps of no length', [step(1, 0, 0), step(2, 0, 0, 1), step(3, 0, 4, 2)], [1, 2, 3]],
  ['a circle, which ends', [step(1, 0, 2, 2), step(2, 0, 3, 1)], [2, 1]],
])('the critical path of %s', (_, steps, expected) => {
  expect(criticalPath(steps)).toEqual(expected);
});
