import { expect, test } from 'vitest';
import type { CheckReport, Report } from '../../../grader/contract/report.ts';
import { sizeScale } from './size-scale.ts';

const check = (type: string, expected: string, status: CheckReport['status'] = 'failed'): CheckReport => ({
  id: 'small',
  type,
  status,
  expected,
  actual: '412 MB',
  message: '',
});
const report = { build: { contextBytes: 120_000 }, image: { sizeBytes: 412_345_678 } } as Report;

test('the image and its limit are drawn from exact bytes and the sentence of the check', () => {
  expect(sizeScale(check('size', 'The image is at most 230 MB.'), report)).toEqual({
    actualBytes: 412_345_678,
    maxBytes: 230_000_000,
    ofImage: true,
  });
  expect(sizeScale(check('context', 'The build context is at most 100 kB.'), report)).toEqual({
    actualBytes: 120_000,
    maxBytes: 100_000,
    ofImage: false,
  });
});

test('without a limit in bytes, an image or a judgement there is nothing to draw', () => {
  expect(sizeScale(check('size', "The image is at most 40 % of the starter's size."), report)).toBeUndefined();
  expect(sizeScale(check('size', 'The image is at most 230 MB.'), undefined)).toBeUndefined();
  expect(sizeScale(check('size', 'The image is at most 230 MB.', 'skipped'), report)).toBeUndefined();
  expect(sizeScale(check('user', 'at most 230 MB'), report)).toBeUndefined();
});
