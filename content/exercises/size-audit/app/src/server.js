import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const folder = process.env.SONGS ?? join(import.meta.dirname, '..', 'songs');

const server = createServer((request, response) => {
  const [, bird] = /^\/songs\/([a-z]+)$/.exec(request.url) ?? [];
  if (request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ birds: readdirSync(folder).length }));
  } else if (bird !== undefined && existsSync(join(folder, `${bird}.pcm`))) {
    response.writeHead(200, { 'content-type': 'audio/L16' });
    createReadStream(join(folder, `${bird}.pcm`)).pipe(response);
  } else {
    response.writeHead(404).end('no such bird\n');
  }
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close());
