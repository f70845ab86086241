import { expect, test } from 'vitest';
import { bestSize } from './best-size.ts';

test('the best is the smallest image that passed, however small others were', () => {
  const passed = (sizeBytes: number) => ({ verdict: 'passed' as const, sizeBytes });
  expect(bestSize([passed(30), passed(20), { verdict: 'failed', sizeBytes: 5 }, { verdict: 'build_failed' }])).toBe(20);
  expect(bestSize([{ verdict: 'failed', sizeBytes: 5 }])).toBeUndefined();
});
