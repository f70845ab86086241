import { expect, test } from 'vitest';
import { nearestPaths } from './meant.ts';

const known = ['/lessons/02-two-stages/', '/exercises/ts-two-stages/', '/checks/size/', '/errors/file-not-found/'];

test('a slip of the finger, a lost folder and an underscore lead to the page', () => {
  expect(nearestPaths('/lessons/02-two-stags', known)[0]).toBe('/lessons/02-two-stages/');
  expect(nearestPaths('/ts-two-stages.html', known)[0]).toBe('/exercises/ts-two-stages/');
  expect(nearestPaths('/errors/file_not_found/', known)).toEqual(['/errors/file-not-found/']);
});

test('an address like nothing leads nowhere', () => {
  expect(nearestPaths('/no/such/page', known)).toEqual([]);
  expect(nearestPaths('/', known)).toEqual([]);
});
