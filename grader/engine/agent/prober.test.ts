import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ProbeRequest, ProbeResponse } from '../engine.ts';
import { isProbeable, probe } from './prober.ts';

const servers: Server[] = [];
const never = new AbortController().signal;

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that does to each connection whatever a hostile container might. */
async function hostile(onRequest: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => onRequest(socket));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

function ask(port: number, more: Partial<ProbeRequest> = {}): Promise<ProbeResponse> {
  const wanted = { ip: '127.0.0.1', port, method: 'GET', path: '/', timeoutMs: 30_000, ...more };
  return probe(wanted, { responseBytesMax: 1000 }, never);
}

test('an answer comes back with status, headers, body and duration', async () => {
  const port = await hostile((socket) =>
    socket.end('HTTP/1.1 201 Created\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 2\r\n\r\nok'),
  );
  const outcome = await ask(port);
  expect(outcome).toMatchObject({
    ok: true,
    status: 201,
    body: 'ok',
    bodyTruncated: false,
    headers: { 'x-a': '1, 2' },
  });
  expect(outcome.ok && outcome.durationMs).toBeGreaterThan(0);
});

test('method, headers and body reach the container', async () => {
  let seen = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      if (seen.includes('{"a":1}')) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const outcome = await ask(port, {
    method: 'POST',
    path: '/x',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(outcome).toMatchObject({ ok: true, status: 204 });
  expect(seen).toMatch(/^POST \/x HTTP\/1\.1[\s\S]*content-type: application\/json/i);
});

test('an endless body is cut at the limit and the connection closed', async () => {
  let closed = false;
  const port = await hostile((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const more = setInterval(() => socket.write('x'.repeat(4096)), 1);
    socket.on('close', () => {
      closed = true;
      clearInterval(more);
    });
  });
  const outcome = await ask(port);
  expect(outcome).toMatchObject({ ok: true, bodyTruncated: true });
  expect(outcome.ok && outcome.body.length).toBe(1000);
  await expect.poll(() => closed).toBe(true);
});

test('silence ends at the timeout', async () => {
  const port = await hostile(() => {});
  expect(await ask(port, { timeoutMs: 100 })).toMatchObject({ ok: false, reason: 'timeout' });
});

test('a body that trickles forever ends at the timeout too', async () => {
  const port = await hostile((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const more = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(more));
  });
  expect(await ask(port, { timeoutMs: 150 })).toMatchObject({ ok: false, reason: 'timeout' });
});

test('a closed port is refused, a cut connection reset, another protocol not HTTP', async () => {
  const port = await hostile((socket) => socket.resetAndDestroy());
  expect(await ask(port)).toMatchObject({ ok: false, reason: 'reset' });
  servers.splice(0).map((server) => server.close());
  await expect.poll(() => ask(port)).toMatchObject({ ok: false, reason: 'refused' });
  const ssh = await hostile((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  expect(await ask(ssh)).toMatchObject({ ok: false, reason: 'not_http' });
});

test('headers without end are refused', async () => {
  const port = await hostile((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`));
  expect(await ask(port)).toMatchObject({ ok: false, reason: 'not_http' });
});

test('only addresses of learners’ containers may be probed', () => {
  const cidrs = ['10.213.1.0/24'];
  expect(isProbeable('10.213.1.7', cidrs)).toBe(true);
  for (const ip of ['127.0.0.1', '10.213.2.1', '169.254.169.254', 'localhost', '::1', '']) {
    expect(isProbeable(ip, cidrs)).toBe(false);
  }
});
