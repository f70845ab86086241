import { expect, test } from 'vitest';
import { findCount, findMeasured, provenanceOf, sizeIfMeasured } from './measurements.ts';

const file = {
  provenance: { catalogueSource: 'stand-in', engineVersion: '20.10.24', date: '2026-11-20' },
  values: { 'image:node:20': { label: 'node:20', sizeBytes: 1_100_000_000 } },
};

test('a recorded id gives its label and size', () => {
  expect(findMeasured('image:node:20', file)).toEqual({
    id: 'image:node:20',
    label: 'node:20',
    sizeBytes: 1_100_000_000,
  });
  expect(provenanceOf(file)?.catalogueSource).toBe('stand-in');
});

test('an id that is not recorded is named in the refusal', () => {
  expect(() => findMeasured('image:node:21', file)).toThrow(/"image:node:21".*npm run measure/);
});

test('a count of an image is given, and one that is not recorded is named in the refusal', () => {
  const counted = { ...file, values: { 'image:x': { label: 'x', sizeBytes: 1, packages: 88, programs: 0 } } };
  expect(findCount('image:x', 'packages', counted)).toBe(88);
  expect(findCount('image:x', 'programs', counted)).toBe(0);
  expect(() => findCount('image:node:20', 'packages', file)).toThrow(
    /how many packages "image:node:20".*npm run measure/,
  );
});

test('a missing file names the id that asked for it', () => {
  expect(() => findMeasured('image:node:20', undefined)).toThrow(/"image:node:20".*does not exist/);
});

test('a file of another shape says where it is wrong', () => {
  const wrong = { ...file, values: { x: { label: 'x', sizeBytes: -1 } } };
  expect(() => findMeasured('x', wrong)).toThrow(/measurements\.json: values\.x\.sizeBytes/);
});

test('a size that may be missing is given where it is recorded', () => {
  expect(sizeIfMeasured('image:node:20', file)).toBe(1_100_000_000);
  expect(sizeIfMeasured('image:node:21', file)).toBeUndefined();
  expect(sizeIfMeasured('image:node:20', undefined)).toBeUndefined();
});
