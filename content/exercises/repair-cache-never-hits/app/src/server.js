import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const stars = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'index', 'stars.json'), 'utf8'));

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const latitude = Number(searchParams.get('latitude'));
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (pathname === '/healthz') reply(200, { stars: stars.length });
  else if (pathname === '/up') reply(200, stars.filter(({ visible }) => visible.includes(latitude)).map(({ name }) => name));
  else reply(404, { error: 'not found' });
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
