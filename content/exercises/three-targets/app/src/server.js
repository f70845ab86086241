import { createServer } from 'node:http';
import { priceOf } from './orders.js';

function answer(url) {
  if (url.pathname === '/healthz') return { status: 'ok' };
  if (url.pathname !== '/price') return undefined;
  const count = (name) => Number(url.searchParams.get(name) ?? 0);
  return { cents: priceOf({ rolls: count('rolls'), loaves: count('loaves') }) };
}

const server = createServer((request, response) => {
  let [status, body] = [404, { error: 'there is nothing here' }];
  try {
    const found = answer(new URL(request.url, 'http://oven-queue'));
    if (found !== undefined) [status, body] = [200, found];
  } catch (error) {
    [status, body] = [400, { error: error.message }];
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, '0.0.0.0', () => console.log(`oven-queue listens on port ${port}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
