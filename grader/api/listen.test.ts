import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

test('a protocol that is not spoken here is answered in ours, and its connection may break', async () => {
  const server = await listen({ fetch: () => new Response('here') }, { host: '127.0.0.1', port: 0 });
  try {
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.resetAndDestroy();
    expect(await (await fetch(server.url)).text()).toBe('here');
  } finally {
    await server.close();
  }
});
