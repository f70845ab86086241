/**
 * A logging HTTP proxy on loopback for tests. It answers for hosts that exist nowhere else, so what a client got it got
 * through the proxy; for https it opens the tunnel itself, as a TLS-inspecting gateway does.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { issueServerCertificate } from '../engine/sandbox-ca.ts';

/** A name below the test domain, which the gateway's certificate covers. */
export const upstreamHost = 'packages.stagecraft.test';

export interface LoggingProxy {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** `GET http://…`, `CONNECT host:port`, `GET https://…` as they came. */
  log: string[];
  /** The gateway's own CA. */
  caFile: string;
  close(): Promise<void>;
}

/** The body for a path, with its media type where a client asks for one; undefined is 404. */
export type Upstream = (path: string) => string | Buffer | { body: Buffer; type: string } | undefined;

export async function startLoggingProxy(upstream: Upstream): Promise<LoggingProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'sc-proxy-'));
  const { certPem: cert, keyPem: key } = await issueServerCertificate(folder, '127.0.0.1');
  const log: string[] = [];
  const answer = (scheme: string) => (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? upstreamHost}`);
    log.push(`${request.method} ${url.href}`);
    const found = upstream(url.pathname);
    const typed = typeof found === 'object' && 'type' in found ? found : { body: found, type: 'text/plain' };
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': typed.type }).end(typed.body);
  };
  const sockets = new Set<Socket>();
  const inner = http.createServer(answer('https'));
  const proxy = http.createServer(answer('http'));
  proxy.on('connection', (socket: Socket) => sockets.add(socket));
  proxy.on('connect', (request: http.IncomingMessage, socket: Socket) => {
    log.push(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const secured = new tls.TLSSocket(socket, { isServer: true, cert, key });
    secured.on('error', () => {});
    inner.emit('connection', secured);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    log,
    caFile: join(folder, 'sandbox-ca', 'ca.pem'),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
