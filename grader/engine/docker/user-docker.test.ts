import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dockerAddress, openNamedDocker, openUserDocker } from './user-docker.ts';

const dockerConfigDir = mkdtempSync(join(tmpdir(), 'sc-docker-config-'));
afterAll(() => rmSync(dockerConfigDir, { recursive: true }));
const settings = {
  ...{ dockerHost: undefined, dockerContext: undefined, dockerConfigDir },
  ...{ dockerCertDir: undefined, dockerTlsVerify: false, sshAuthSocket: undefined },
};

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

test('a named Docker is reached over TCP, with the certificates that the docker command would use', () => {
  const tcp = { ...settings, dockerHost: 'tcp://10.0.0.7' };
  expect(openNamedDocker(tcp).modem).toMatchObject({ protocol: 'http', host: '10.0.0.7', port: 2375 });
  const dockerCertDir = join(dockerConfigDir, 'certs');
  mkdirSync(dockerCertDir);
  expect(() => openNamedDocker({ ...tcp, dockerCertDir, dockerTlsVerify: true })).toThrow(/DOCKER_CERT_PATH/);
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(dockerCertDir, `${name}.pem`), name);
  const { modem } = openNamedDocker({ ...tcp, dockerCertDir, dockerTlsVerify: true });
  expect(modem).toMatchObject({ protocol: 'https', port: 2376, ca: Buffer.from('ca'), key: Buffer.from('key') });
});

test('a named Docker is reached over SSH as the user of the address', () => {
  const { modem } = openNamedDocker({ ...settings, dockerHost: 'ssh://ada@build:2222' });
  expect(modem).toMatchObject({ protocol: 'ssh', host: 'build', port: 2222, username: 'ada' });
});

test('an address of no known kind is refused with what was expected', () => {
  expect(() => openNamedDocker({ ...settings, dockerHost: 'npipe:////./pipe/docker' })).toThrow(/npipe.*tcp:\/\//);
});
