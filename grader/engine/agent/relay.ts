/**
 * The engine's end of a relay: HTTP/2 over this process's stdin and stdout, each stream one connection to one of the
 * engine's sockets. It runs by `docker exec` where a socket can't be shared with the machine that Stagecraft runs on.
 */
import { createServer } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { socketFor } from './socket-pair.ts';

/** Bytes in flight per connection: HTTP/2's own 64 KiB would make every image load wait for the network. */
export const relayWindowBytes = 16 * 1024 ** 2;

/** @param sockets paths by the name that the other end asks for */
export function serveRelay(transport: Socket, sockets: Record<string, string>): void {
  const server = createServer({ settings: { initialWindowSize: relayWindowBytes } });
  server.on('session', (session) => session.setLocalWindowSize(relayWindowBytes));
  server.on('stream', (stream, headers) => {
    const path = sockets[String(headers[':authority'])];
    if (path === undefined) {
      stream.respond({ ':status': 404 }, { endStream: true });
      return;
    }
    const socket = connect({ path, allowHalfOpen: true });
    socket.on('connect', () => stream.respond({ ':status': 200 }));
    socket.on('error', () => stream.close());
    stream.on('error', () => socket.destroy());
    stream.on('close', () => socket.destroy());
    socket.pipe(stream);
    stream.pipe(socket);
  });
  server.emit('connection', transport);
}

if (import.meta.main) {
  const [docker = '', agent = ''] = process.argv.slice(2);
  const transport = await socketFor({ readable: process.stdin, writable: process.stdout });
  transport.on('close', () => process.exit(0));
  serveRelay(transport, { docker, agent });
}
