import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { openBook } from './book.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const book = openBook(process.env.DATA_DIR ?? '/var/lib/hut-book');

const server = createServer(async (request, response) => {
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (request.url === '/healthz') return reply(200, { status: 'ok' });
  if (request.url !== '/entries') return reply(404, { error: 'not found' });
  if (request.method === 'GET') return reply(200, book.all());
  const { guest, words } = JSON.parse(await text(request));
  book.add({ guest, words });
  return reply(201, { guest, words });
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, () => console.log(`the book, version ${version}, is open on port ${port}`));
process.on('SIGTERM', () => server.close());
