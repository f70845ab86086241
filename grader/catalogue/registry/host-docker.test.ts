import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readHostDocker } from './host-docker.ts';

let folders: { dockerConfigDir: string; dockerEtcDir: string };

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'sc-docker-'));
  folders = { dockerConfigDir: join(root, 'user'), dockerEtcDir: join(root, 'etc') };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return async () => await rm(root, { recursive: true });
});

const daemon = async (value: unknown): Promise<void> =>
  await writeFile(join(folders.dockerEtcDir, 'daemon.json'), typeof value === 'string' ? value : JSON.stringify(value));

/** Of one registry in a registries.conf: whether it may be spoken to without a trusted certificate. */
const insecure = (text: string, host: string): boolean =>
  text.includes(`location = ${JSON.stringify(host)}\ninsecure = true`);

test('a machine without Docker has no credentials, no mirrors and no plain registries but loopback ones', async () => {
  const host = await readHostDocker(folders, ['registry.test', '127.0.0.1:5000', 'docker.io']);
  expect(host).toMatchObject({ authFile: undefined, proxies: {} });
  expect(insecure(host.registriesConf, '127.0.0.1:5000')).toBe(true);
  expect(insecure(host.registriesConf, 'registry.test')).toBe(false);
  expect(host.registriesConf).not.toContain('[[registry.mirror]]');
});

test("the mirrors of the daemon stand under Docker Hub's registry, plain ones marked", async () => {
  await daemon({ 'registry-mirrors': ['https://mirror.test/hub/', 'http://plain.test:5000'] });
  const { registriesConf } = await readHostDocker(folders, ['docker.io']);
  const hub = registriesConf.slice(registriesConf.indexOf('location = "docker.io"'));
  expect(hub).toContain('[[registry.mirror]]\nlocation = "mirror.test/hub"\ninsecure = false');
  expect(hub).toContain('[[registry.mirror]]\nlocation = "plain.test:5000"\ninsecure = true');
});

test('insecure registries are taken by name, by name and port, and by address range', async () => {
  await daemon({ 'insecure-registries': ['one.test', 'two.test:5000', '192.0.2.0/24', '2001:db8::/32'] });
  const hosts = ['one.test:80', 'two.test:5000', 'two.test:5001', '192.0.2.7:5000', '198.51.100.1:5000'];
  const { registriesConf } = await readHostDocker(folders, hosts);
  expect(hosts.filter((host) => insecure(registriesConf, host))).toEqual([
    'one.test:80',
    'two.test:5000',
    '192.0.2.7:5000',
  ]);
});

test('the credential store of the user becomes a credential helper', async () => {
  await writeFile(join(folders.dockerConfigDir, 'config.json'), JSON.stringify({ credsStore: 'secretservice' }));
  const host = await readHostDocker(folders, []);
  expect(host.authFile).toBe(join(folders.dockerConfigDir, 'config.json'));
  expect(host.registriesConf).toContain('credential-helpers = ["containers-auth.json", "secretservice"]');
});

test("the daemon's own proxies are handed on under their usual names", async () => {
  await daemon({ proxies: { 'https-proxy': 'http://proxy.test:3128', 'no-proxy': '*.test' } });
  const { proxies } = await readHostDocker(folders, []);
  expect(proxies).toEqual({ HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: '*.test' });
});

test.each([
  ['no JSON', '{'],
  ['mirrors that are no list', { 'registry-mirrors': 'https://mirror.test' }],
  ['a mirror that is no address', { 'registry-mirrors': ['mirror.test'] }],
])('a daemon.json with %s is named', async (_, value) => {
  await daemon(value);
  await expect(readHostDocker(folders, [])).rejects.toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining('daemon.json'),
  });
});

test('what a configuration file holds can not end a line of the other format', async () => {
  await daemon({ 'insecure-registries': ['a"\n[[registry]]'] });
  await writeFile(
    join(folders.dockerConfigDir, 'config.json'),
    JSON.stringify({ credsStore: 'x"]\nunqualified = ["y' }),
  );
  const { registriesConf } = await readHostDocker(folders, []);
  expect(registriesConf.split('\n')[0]).toBe(
    'credential-helpers = ["containers-auth.json", "x\\"]\\nunqualified = [\\"y"]',
  );
});
