import { expect, test } from 'vitest';
import type { CheckReport, Report } from '../../../grader/contract/report.ts';
import { limitIn, sizeScale } from './size-scale.ts';

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

test('what was judged by is drawn, also where the sentence names a share of the starter', () => {
  const share = {
    ...check('size', "The image is at most 40 % of the starter's size."),
    sizes: { maxBytes: 422_000_000 },
  };
  expect(sizeScale(share, report)).toMatchObject({ maxBytes: 422_000_000, starterBytes: undefined });
  const sizes = { maxBytes: 422_000_000, starterBytes: 1_055_000_000 };
  expect(sizeScale({ ...share, sizes }, report)).toMatchObject(sizes);
});

test('a sentence that begins with the limit names it too', () => {
  expect(limitIn('At most 2.5 MB of build context is sent to the builder.')).toBe(2_500_000);
});

test('without a limit in bytes, an image or a judgement there is nothing to draw', () => {
  expect(sizeScale(check('size', "The image is at most 40 % of the starter's size."), report)).toBeUndefined();
  expect(sizeScale(check('size', 'The image is at most 230 MB.'), undefined)).toBeUndefined();
  expect(sizeScale(check('size', 'The image is at most 230 MB.', 'skipped'), report)).toBeUndefined();
  expect(sizeScale(check('user', 'at most 230 MB'), report)).toBeUndefined();
});
