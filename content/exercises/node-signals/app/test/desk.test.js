'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const { createDesk } = require('../lib/desk');

test('a booking takes a place, and nobody gets on a full ferry', async () => {
  const server = createDesk({ harbour: 'Nordby', places: 1, confirmMs: 1 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = async (path) => (await fetch(`http://127.0.0.1:${server.address().port}${path}`)).json();
  assert.deepEqual(await ask('/book'), { booked: true, number: 1 });
  assert.deepEqual(await ask('/places'), { harbour: 'Nordby', left: 0 });
  assert.deepEqual(await ask('/book'), { error: 'the ferry is full' });
  server.close();
});
