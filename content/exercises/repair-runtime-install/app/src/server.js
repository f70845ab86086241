import { createServer } from 'node:http';
import ms from 'ms';
import { tides } from './tides.js';

const server = createServer((request, response) => {
  const harbour = request.url.replace(/^\/tide\//, '');
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (request.url === '/healthz') reply(200, { status: 'ok' });
  else if (tides.has(harbour)) reply(200, { harbour, highWaterIn: ms(tides.get(harbour) * 60_000, { long: true }) });
  else reply(404, { error: 'no such harbour' });
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
