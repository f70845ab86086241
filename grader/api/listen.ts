/** Opens the port. */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { freePortAbove, holderOf, type Place } from './port-holder.ts';

export interface Listening {
  /** For people to open. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, ends idle connections and, after a moment, those that are left. */
  close(): Promise<void>;
}

const closeGraceMs = 2_000;

async function explain(error: NodeJS.ErrnoException, { host, port }: Place): Promise<StagecraftError> {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StagecraftError('conflict', await whoIsThere({ host, port }), { cause: error });
    case 'EACCES':
      return new StagecraftError(
        'not_permitted',
        `Port ${port} may not be opened by this user. Choose one above 1023 with --port or STAGECRAFT_PORT.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StagecraftError(
        'bad_input',
        `${host} is not an address of this machine. Set STAGECRAFT_HOST to one that is, or unset it.`,
        { cause: error },
      );
    default:
      return new StagecraftError(
        'internal',
        `Port ${port} on ${host} could not be opened (${error.code ?? error.message}).`,
        { cause: error },
      );
  }
}

async function whoIsThere(place: Place): Promise<string> {
  const [holder, free] = await Promise.all([holderOf(place), freePortAbove(place)]);
  const { host, port } = place;
  if (holder.kind !== 'stagecraft') {
    return `Port ${port} on ${host} is taken by another program. Stop that one, or choose another port with --port ${free} or STAGECRAFT_PORT.`;
  }
  return `A Stagecraft serves on port ${port} already (${holder.message}) Use that one, or start a second one beside it, with a home and a port of its own: STAGECRAFT_HOME=~/stagecraft-2 npm start -- --port ${free}`;
}

async function closeServer(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets.clients) socket.terminate();
  }, closeGraceMs);
  await closed;
  clearTimeout(timer);
}

/** @throws StagecraftError `conflict` when the port is taken, `not_permitted` or `bad_input` when it can't be opened. */
export async function listen(api: Pick<Hono, 'fetch'>, where: Place): Promise<Listening> {
  return new Promise((resolve, reject) => {
    // Answers to pings and small messages; compressing them would cost more than it saves.
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.terminal.messageBytesMax,
      perMessageDeflate: false,
    });
    // hono's body limit makes a new Request of the connection's, which only the replaced global class can.
    const server = serve({
      fetch: api.fetch,
      hostname: where.host,
      port: where.port,
      overrideGlobalObjects: true,
      websocket: { server: sockets },
      // Other protocols are offered in vain (`curl --http2`) and answered in ours. Handed on, such a connection would have
      // nobody who answers it, nor who hears of its errors.
      serverOptions: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
    }) as Server;
    server.maxConnections = limits.api.connectionsMax;
    server.once('error', (error) => explain(error, where).then(reject));
    server.once('listening', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : where.port;
      const anyHost = where.host === '0.0.0.0' || where.host === '::';
      const name = anyHost ? 'localhost' : where.host.includes(':') ? `[${where.host}]` : where.host;
      resolve({ url: `http://${name}:${port}/`, port, close: () => closeServer(server, sockets) });
    });
  });
}
