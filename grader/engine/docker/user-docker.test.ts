import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dockerAddress, openUserDocker } from './user-docker.ts';

const dockerConfigDir = mkdtempSync(join(tmpdir(), 'sc-docker-config-'));
afterAll(() => rmSync(dockerConfigDir, { recursive: true }));
const settings = { dockerHost: undefined, dockerContext: undefined, dockerConfigDir };

test('without a configuration it is the socket that Docker listens on', () => {
  expect(dockerAddress(settings)).toBe('unix:///var/run/docker.sock');
});

test('DOCKER_HOST wins over the context, DOCKER_CONTEXT over the current one', () => {
  for (const [name, Host] of [
    ['colima', 'unix:///home/ada/.colima/docker.sock'],
    ['school', 'ssh://docker@build'],
  ] as const) {
    const folder = join(dockerConfigDir, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host } } }));
  }
  writeFileSync(join(dockerConfigDir, 'config.json'), JSON.stringify({ currentContext: 'colima' }));
  expect(dockerAddress(settings)).toBe('unix:///home/ada/.colima/docker.sock');
  expect(dockerAddress({ ...settings, dockerContext: 'school' })).toBe('ssh://docker@build');
  expect(dockerAddress({ ...settings, dockerContext: 'school', dockerHost: 'unix:///x' })).toBe('unix:///x');
});

test('a Docker on another machine is refused with its address', () => {
  expect(() => openUserDocker({ ...settings, dockerHost: 'tcp://10.0.0.7:2376' })).toThrow(/tcp:\/\/10\.0\.0\.7:2376/);
});
