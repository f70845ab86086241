import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { knowClient } from './client.ts';

async function clientOf(from: string, headers: Record<string, string> = {}, trustProxy = false) {
  const api = new Hono().use(knowClient({ trustProxy })).get('/', (c) => c.json(c.var.client));
  return (await api.request('/', { headers }, { incoming: { socket: { remoteAddress: from } } })).json();
}

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002'],
  ['2001:db8:1:2::9', '2001:0db8:0001:0002'],
  ['fe80::1%eth0', 'fe80:0000:0000:0000'],
])('%s counts as %s', async (from, address) => {
  expect(await clientOf(from)).toEqual({ address, scheme: 'http' });
});

test('what anybody may write into a header is believed only of a proxy, and of it only its own word', async () => {
  const headers = { 'X-Forwarded-For': '198.51.100.1, 203.0.113.5', 'X-Forwarded-Proto': 'http, https' };
  expect(await clientOf('192.0.2.7', headers)).toEqual({ address: '192.0.2.7', scheme: 'http' });
  expect(await clientOf('192.0.2.7', headers, true)).toEqual({ address: '203.0.113.5', scheme: 'https' });
  expect(await clientOf('192.0.2.7', {}, true)).toEqual({ address: '192.0.2.7', scheme: 'http' });
});
