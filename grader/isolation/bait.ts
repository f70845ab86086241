/**
 * Servers of ours on this machine's own addresses, for the time of the self-test: a refused connection to them is then the
 * sandbox's doing, and not that nobody listens there.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Bait {
  /** `192.0.2.7:40123`, one per address that answers; empty on a machine that has only its loopback. */
  addresses: string[];
  /** The addresses that somebody connected to since the last time this was asked. */
  takeBites(): string[];
  close(): Promise<void>;
}

/** Opens them. An address that can't be listened on is left out. */
export async function openBait(greeting: string): Promise<Bait> {
  const bites = new Set<string>();
  const open: { address: string; server: Server }[] = [];
  const sockets = new Set<Socket>();
  for (const host of ownAddresses()) {
    const server = createServer((socket) => {
      bites.add(address);
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.end(`${greeting}\n`);
    });
    const port = await listening(server, host);
    if (port === undefined) continue;
    const address = `${host}:${port}`;
    open.push({ address, server });
  }
  return {
    addresses: open.map(({ address }) => address),
    takeBites: () => {
      const taken = [...bites];
      bites.clear();
      return taken;
    },
    close: async () => {
      // Whoever bit may never let go.
      for (const socket of sockets) socket.destroy();
      await Promise.all(open.map(({ server }) => new Promise((closed) => server.close(closed))));
    },
  };
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [
    ...new Set(all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)),
  ];
}

function listening(server: Server, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? address?.port : undefined);
    });
  });
}
