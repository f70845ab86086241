import { createServer } from 'node:http';
import { doseFor } from './dose.js';

function answer({ pathname, searchParams }) {
  if (pathname === '/healthz') return [200, { status: 'ok' }];
  if (pathname !== '/dose') return [404, { error: 'there is nothing here' }];
  try {
    return [200, { mg: doseFor(Number(searchParams.get('kg'))) }];
  } catch (error) {
    return [400, { error: error.message }];
  }
}

const server = createServer((request, response) => {
  const [status, body] = answer(new URL(request.url, 'http://dose'));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, '0.0.0.0', () => console.log(`dose listens on port ${port}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
