import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('no more are under way than were allowed, and results keep their order', async () => {
  let underWay = 0;
  let most = 0;
  const results = await sideBySide([5, 1, 3, 2], 2, async (ticks) => {
    underWay += 1;
    most = Math.max(most, underWay);
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    underWay -= 1;
    return ticks * 10;
  });
  expect(most).toBe(2);
  expect(results).toEqual([50, 10, 30, 20]);
});

test('after a failure nothing new begins, and what is under way is waited for', async () => {
  const ended: number[] = [];
  const doing = sideBySide([1, 2, 3, 4], 2, async (item) => {
    if (item === 1) throw new Error('no');
    for (let tick = 0; tick < 5; tick++) await Promise.resolve();
    ended.push(item);
  });
  await expect(doing).rejects.toThrow('no');
  expect(ended).toEqual([2]);
});
