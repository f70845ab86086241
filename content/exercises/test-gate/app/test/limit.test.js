import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doseFor } from '../src/dose.js';

test('nobody gets more than an adult', () => {
  assert.equal(doseFor(90), 1000);
});
