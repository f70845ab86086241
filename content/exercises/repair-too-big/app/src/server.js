import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const tiles = join(import.meta.dirname, '..', 'tiles');

const server = createServer((request, response) => {
  const [, name] = /^\/tiles\/(\d+-\d+)$/.exec(request.url) ?? [];
  if (request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ tiles: readdirSync(tiles).length }));
  } else if (name !== undefined && existsSync(join(tiles, `${name}.tile`))) {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    createReadStream(join(tiles, `${name}.tile`)).pipe(response);
  } else {
    response.writeHead(404).end('no such tile\n');
  }
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
