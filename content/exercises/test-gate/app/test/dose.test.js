import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doseFor } from '../src/dose.js';

test('a child of 20 kg gets 300 mg', () => {
  assert.equal(doseFor(20), 300);
});

test('a weight that can not be is refused', () => {
  for (const kg of [0, -4, 900, Number.NaN]) assert.throws(() => doseFor(kg), RangeError);
});
