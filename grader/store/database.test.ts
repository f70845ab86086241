import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { limits } from '../limits.ts';
import { connectDatabase } from './database.ts';
import { isOutage } from './fault.ts';

/** AuthenticationOk and ReadyForQuery. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

afterEach(() => void vi.useRealTimers());

test('a database that lets us in and then says nothing is an outage, not a wait without end', async () => {
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(welcome));
    socket.on('data', (bytes) => bytes.includes('select') && asked());
  }).listen(0, '127.0.0.1');
  let asked = (): void => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const { pool } = connectDatabase({ host: '127.0.0.1', port, user: 'one', database: 'one' });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = pool.query('select 1').catch((error: unknown) => error);
  await wasAsked;
  vi.advanceTimersByTime(limits.store.queryTimeoutMs);
  expect(isOutage(await answer)).toBe(true);
  vi.useRealTimers();
  silent.close();
  await pool.end();
});
