import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadRequest, quote } from '../src/rates';

test('a parcel from Lisbon to Hamburg costs the base price and the distance', () => {
  assert.deepEqual(quote('lisbon', 'hamburg', '2'), { from: 'lisbon', to: 'hamburg', kg: 2, cents: 659 });
});

test('an unknown harbour is refused', () => {
  assert.throws(() => quote('lisbon', 'atlantis', '2'), BadRequest);
});

test('a parcel without weight is refused', () => {
  assert.throws(() => quote('lisbon', 'hamburg', undefined), BadRequest);
});
