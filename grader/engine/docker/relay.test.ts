import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveRelay } from '../agent/relay.ts';
import { socketFor } from '../agent/socket-pair.ts';
import { Relay } from './relay.ts';

let dir: string;
let upstream: Server;
let relay: Relay;
let dials: number;
let received: number;
let endTransport: () => void;
const carrier = { ref: () => carrier, unref: () => carrier } as never;

/** Sends back what it gets, after its end, so that half-closed connections matter. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sc-relay-'));
  dials = 0;
  received = 0;
  upstream = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on('error', () => {});
    let got = '';
    try {
      for await (const chunk of socket) {
        got += chunk;
        received += chunk.length;
      }
    } catch {}
    socket.end(`${got.length} bytes: ${got.slice(0, 5)}`);
  });
  await once(upstream.listen(join(dir, 'up.sock')), 'listening');
  relay = await Relay.listen({
    folder: join(dir, 'here'),
    dial: async () => {
      dials += 1;
      const [here, there] = duplexPair();
      serveRelay(await socketFor({ readable: there, writable: there }), { docker: join(dir, 'up.sock') });
      endTransport = () => here.destroy();
      return { readable: here, writable: here, carrier };
    },
  });
});
afterEach(async () => {
  await relay.close();
  upstream.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(path: string, said: string): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.end(said);
  return await text(socket);
}

test('carries each connection in both directions, also after one direction has ended', async () => {
  const long = 'x'.repeat(40 * 1024 ** 2);
  const answers = await Promise.all([ask(relay.dockerSocket, 'hello'), ask(relay.dockerSocket, long)]);
  expect(answers).toEqual(['5 bytes: hello', `${long.length} bytes: xxxxx`]);
  expect(dials).toBe(1);
});

test('a lost way breaks what goes through it, and the next connection makes a new one', async () => {
  await ask(relay.dockerSocket, 'one');
  const broken = connect({ path: relay.dockerSocket, allowHalfOpen: true });
  await once(broken, 'connect');
  received = 0;
  broken.write('half');
  await expect.poll(() => received).toBe(4);
  endTransport();
  await once(broken.resume(), 'end');
  expect(await ask(relay.dockerSocket, 'again')).toBe('5 bytes: again');
  expect(dials).toBe(2);
});

test('a socket that the engine does not have closes at once', async () => {
  const outgoing = request({ socketPath: relay.agentSocket, path: '/status', agent: false });
  outgoing.end();
  const [error] = await once(outgoing, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});
