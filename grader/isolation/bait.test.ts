import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { openBait } from './bait.ts';

const hasAddress = Object.values(networkInterfaces())
  .flat()
  .some((address) => address && !address.internal && address.family === 'IPv4');

test.runIf(hasAddress)('whoever connects is greeted and noted once, and can not keep it open', async () => {
  const bait = await openBait('hello');
  const [host = '', port = ''] = (bait.addresses[0] ?? '').split(':');
  // Never closes its half, as an attack may.
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  const greeting = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  expect(greeting).toBe('hello\n');
  expect(bait.takeBites()).toEqual([bait.addresses[0]]);
  expect(bait.takeBites()).toEqual([]);
  await bait.close();
  socket.on('error', () => {});
  socket.destroy();
});
