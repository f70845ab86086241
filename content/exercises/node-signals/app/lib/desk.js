'use strict';

const { createServer } = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');

/** How long the ferry company takes to confirm a place, in milliseconds. */
const confirmationMs = 1200;

/** GET /healthz, /places (how many are left) and /book, which takes a moment and must not be cut off. */
function createDesk({ harbour, places, confirmMs = confirmationMs }) {
  let left = places;

  async function answer(pathname) {
    if (pathname === '/healthz') return [200, { status: 'ok' }];
    if (pathname === '/places') return [200, { harbour, left }];
    if (pathname !== '/book') return [404, { error: 'not found' }];
    if (left === 0) return [409, { error: 'the ferry is full' }];
    left -= 1;
    const number = places - left;
    await wait(confirmMs);
    return [200, { booked: true, number }];
  }

  return createServer(async (request, response) => {
    const [status, body] = await answer(new URL(request.url, 'http://localhost').pathname);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

module.exports = { createDesk };
