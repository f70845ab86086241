import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harbours, highWaters } from '../lib/tides.js';

test('there are one or two high waters a day, twelve hours and a half apart', () => {
  assert.deepEqual(highWaters(harbours.esbjerg, 0), ['01:32', '13:57']);
  for (let day = 0; day < 60; day++) assert.ok([1, 2].includes(highWaters(harbours.hull, day).length));
});
