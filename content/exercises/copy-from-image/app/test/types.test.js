'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { parseTypes } = require('../lib/types');

test('one type may have several ends', () => {
  const types = parseTypes('types {\n  text/html html htm;\n  audio/ogg ogg; # a comment; with a semicolon\n}\n');
  assert.deepEqual([...types], [['html', 'text/html'], ['htm', 'text/html'], ['ogg', 'audio/ogg']]);
});

test('something else is refused', () => {
  assert.throws(() => parseTypes('hello'), /expected a list/);
});
