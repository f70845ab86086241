import { createServer } from 'node:http';
import { fare } from '@ferry/fares';

const server = createServer((request, response) => {
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const url = new URL(request.url, 'http://ticket-office');
  if (url.pathname === '/healthz') return reply(200, { status: 'ok' });
  const [, crossing] = /^\/fares\/([\w-]+)$/.exec(url.pathname) ?? [];
  const cents = crossing && fare(crossing, url.searchParams.get('passenger') ?? 'adult');
  if (cents === undefined) return reply(404, { error: 'no such fare' });
  reply(200, { crossing, cents });
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
