import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'charts');
const charts = JSON.parse(readFileSync(join(folder, 'charts.json'), 'utf8'));
const activation = readFileSync(join(folder, 'activation.txt'), 'utf8');

const server = createServer((request, response) => {
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (request.url === '/healthz') reply(200, { status: 'ok' });
  else if (request.url === '/charts') reply(200, { charts, activation: activation.slice(0, 8) });
  else reply(404, { error: 'not found' });
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
