/**
 * The course's HTTPS service: what an exercise's app calls to prove that its image can check a certificate.
 * An image without the CA bundle fails with "unknown authority", as it would against any real service.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { limitConnections } from './connections.ts';

/** @returns the server, not yet listening */
export function createHttpsService(files: { cert: string; key: string }): Server {
  const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, (request, response) => {
    request.resume();
    const now = new Date();
    const body = { service: 'clock', now: now.toISOString(), unixMs: now.getTime(), path: request.url ?? '/' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  });
  limitConnections(server, { total: 256, perAddress: 64 });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  return server;
}
