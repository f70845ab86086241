'use strict';

const { readFile, readdir } = require('node:fs/promises');
const { createServer } = require('node:http');
const { extname, join } = require('node:path');

const unknownType = 'application/octet-stream';

/** GET /healthz, /calls (what there is), /calls/NAME (one file) and /types/END (what a file's end means). */
function createArchive({ folder, types }) {
  const typeOf = (end) => types.get(end) ?? unknownType;

  async function answer(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [, place, name] = pathname.split('/');
    if (pathname === '/healthz') return json(response, { status: 'ok' });
    if (place === 'types' && name) return json(response, { end: name, type: typeOf(name) });
    if (place !== 'calls') return json(response, { error: 'not found' }, 404);
    const files = await readdir(folder);
    if (!name) return json(response, files.sort());
    if (!files.includes(name)) return json(response, { error: `no call named ${name}` }, 404);
    response.writeHead(200, { 'content-type': typeOf(extname(name).slice(1)) });
    response.end(await readFile(join(folder, name)));
  }

  return createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      json(response, { error: 'internal error' }, 500);
    });
  });
}

function json(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

module.exports = { createArchive };
