'use strict';

const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { suggest } = require('./lib/suggest');

const words = readFileSync(join(__dirname, 'words.txt'), 'utf8').trim().split('\n');

function answer({ pathname, searchParams }) {
  if (pathname === '/healthz') return [200, { status: 'ok', words: words.length }];
  if (pathname !== '/suggest') return [404, { error: 'not found' }];
  const word = (searchParams.get('word') ?? '').toLowerCase();
  if (!/^[a-z]{1,40}$/.test(word)) return [400, { error: 'word must be 1 to 40 letters' }];
  return [200, suggest(word, words)];
}

const port = Number(process.env.PORT ?? 3000);
const server = createServer((request, response) => {
  const [status, body] = answer(new URL(request.url, 'http://localhost'));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(port, '0.0.0.0', () => {
  console.log(`spelling-bee listens on port ${port} and knows ${words.length} words`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
