import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateOfGuide, makeGuide } from '../build.mjs';

test('the guide is of the date of its source, where one is given', () => {
  assert.equal(dateOfGuide({ SOURCE_DATE_EPOCH: '1735689600' }).toISOString(), '2025-01-01T00:00:00.000Z');
  const now = new Date(5);
  assert.equal(dateOfGuide({}, now), now);
});

test('all stops are in the guide, in their order where that is asked for', () => {
  const numbers = makeGuide('stops', { shuffle: false }).map(({ number }) => number);
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(makeGuide('stops').length, numbers.length);
});
