import { expect, test } from 'vitest';
import { bestBefore } from './best-before.ts';

const at = (minute: number, points?: number) => ({
  id: `attempt-${minute}`,
  createdAt: `2026-01-01T10:0${minute}:00.000Z`,
  ...(points !== undefined && { points }),
});

test('the best is that of the attempts before, and neither this one nor a later one', () => {
  const all = [at(4, 90), at(3, 60), at(2, 70), at(1, 40)];
  expect(bestBefore(all, 'attempt-3')).toBe(70);
  expect(bestBefore(all, 'attempt-4')).toBe(70);
});

test('there is no best where no earlier attempt has points', () => {
  expect(bestBefore([at(2, 50), at(1)], 'attempt-2')).toBeUndefined();
  expect(bestBefore([], 'attempt-1')).toBeUndefined();
});
