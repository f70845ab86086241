'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { suggest } = require('../lib/suggest');

test('two swapped letters are one mistake', () => {
  assert.deepEqual(suggest('recieve', ['weird', 'receive']), { word: 'recieve', suggestion: 'receive', distance: 1 });
});

test('a word that is right has the distance 0', () => {
  assert.equal(suggest('weird', ['weird']).distance, 0);
});
