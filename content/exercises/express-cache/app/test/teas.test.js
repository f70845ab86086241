'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const orders = require('./fixtures/orders.json');
const { createApp } = require('../src/app');

async function listening(run) {
  const server = createApp().listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await run(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
  }
}

test('every tea that was ever ordered is still on offer', async () => {
  await listening(async (address) => {
    for (const id of new Set(orders.map((order) => order.tea))) {
      const response = await fetch(`${address}/teas/${id}`);
      assert.equal(response.status, 200, id);
    }
  });
});
