import type { Server } from 'node:net';

/**
 * Bounds how many connections a server holds, in all and of one address: each build step and each container has an
 * address of its own, and one that holds on to its connections must not take everybody else's.
 */
export function limitConnections(server: Server, { total, perAddress }: { total: number; perAddress: number }): void {
  server.maxConnections = total;
  const held = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (held.get(address) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      return;
    }
    held.set(address, count);
    socket.once('close', () => {
      const left = (held.get(address) ?? 0) - 1;
      if (left > 0) held.set(address, left);
      else held.delete(address);
    });
  });
}
