import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceOf } from '../src/orders.js';

test('four rolls and a loaf cost 6.30', () => {
  assert.equal(priceOf({ rolls: 4, loaves: 1 }), 630);
});

test('a dozen rolls are a tenth cheaper', () => {
  assert.equal(priceOf({ rolls: 12 }), 486);
});

test('half a roll is refused', () => {
  assert.throws(() => priceOf({ rolls: 0.5 }), RangeError);
});
