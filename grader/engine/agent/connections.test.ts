import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { limitConnections } from './connections.ts';

test('who holds on to connections does not take those of others', async () => {
  const server = createServer();
  limitConnections(server, { total: 100, perAddress: 3 });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    if (!socket.destroyed) socket.write('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  /** Whether it was let in. */
  const tryFrom = async (localAddress: string): Promise<boolean> => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    opened.push(socket);
    socket.on('error', () => {});
    return await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
  };
  try {
    for (const letIn of [true, true, true, false]) expect(await tryFrom('127.0.0.2')).toBe(letIn);
    expect(await tryFrom('127.0.0.3')).toBe(true);
    opened[0]?.destroy();
    await vi.waitUntil(() => tryFrom('127.0.0.2'));
  } finally {
    for (const socket of opened) socket.destroy();
    server.close();
  }
});
