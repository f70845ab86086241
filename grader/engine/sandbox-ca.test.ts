import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpsService } from './agent/https-service.ts';
import { issueServerCertificate, sandboxCaPem } from './sandbox-ca.ts';

let cacheDir: string;

beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'stagecraft-ca-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

/** What a client that trusts `ca` gets from the service, or the error it meets. */
function call(port: number, ca: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/now', servername: 'clock.stagecraft.test', ca, agent: false };
    const outgoing = request(options, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve(text));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

test('who trusts the sandbox CA gets the time, and who does not gets a certificate error', async () => {
  const { certPem, keyPem } = await issueServerCertificate(cacheDir, '10.213.1.1');
  writeFileSync(join(cacheDir, 'cert'), certPem);
  writeFileSync(join(cacheDir, 'key'), keyPem);
  const server = createHttpsService({ cert: join(cacheDir, 'cert'), key: join(cacheDir, 'key') });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    const answer = JSON.parse(await call(port, await sandboxCaPem(cacheDir)));
    expect(answer).toMatchObject({ service: 'clock', path: '/now' });
    expect(Math.abs(answer.unixMs - Date.now())).toBeLessThan(60_000);
    await expect(call(port, undefined)).rejects.toThrow(/unable to (verify|get)/);
  } finally {
    server.close();
  }
});

test('the CA is made once, also by many at the same time, and its key is for its owner only', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => sandboxCaPem(cacheDir)));
  expect(new Set(made).size).toBe(1);
  expect(await sandboxCaPem(cacheDir)).toBe(made[0]);
  const dir = join(cacheDir, 'sandbox-ca');
  expect(readdirSync(dir).sort()).toEqual(['authority.json', 'ca.pem']);
  expect(statSync(join(dir, 'authority.json')).mode & 0o777).toBe(0o600);
});
