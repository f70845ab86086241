import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const index = JSON.parse(readFileSync('out/index.json', 'utf8'));
const sprites = readFileSync('out/sprites.svg', 'utf8');

function answer({ pathname, searchParams }) {
  if (pathname === '/healthz') return [200, 'application/json', JSON.stringify({ status: 'ok' })];
  if (pathname === '/sprites.svg') return [200, 'image/svg+xml', sprites];
  if (pathname !== '/search') return [404, 'application/json', JSON.stringify({ error: 'not found' })];
  const word = (searchParams.get('q') ?? '').toLowerCase();
  const birds = Object.hasOwn(index, word) ? index[word] : [];
  return [200, 'application/json', JSON.stringify({ word, birds })];
}

const port = Number(process.env.PORT ?? 3000);
const server = createServer((request, response) => {
  const [status, type, body] = answer(new URL(request.url, 'http://localhost'));
  response.writeHead(status, { 'content-type': type }).end(body);
}).listen(port, '0.0.0.0', () => console.log(`field-guide listens on port ${port}`));

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
