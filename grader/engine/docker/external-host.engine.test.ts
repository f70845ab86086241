import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProgressTask, silentProgress } from '../../progress.ts';
import { readSettings } from '../../settings.ts';
import type { Engine } from '../engine.ts';
import { ensureRootfs } from '../host/rootfs.ts';
import { launchers, openEngine } from '../open-engine.ts';
import { buildInSlot, ensureTestImage } from '../testing.ts';
import { startUserDocker, type UserDocker } from './testing.ts';

const homeDir = mkdtempSync(join(tmpdir(), 'sc-external-'));
const certDir = join(homeDir, 'certs');
const cacheDir = join(homeDir, 'cache');
const shared = readSettings().cacheDir;
const told: ProgressTask[] = [];
let far: UserDocker;
let settings: ReturnType<typeof readSettings>;
let engine: Engine;

const launcher = () => launchers(settings)[0];

/** A certificate authority, and a certificate of it for both ends. */
function makeCertificates(): void {
  mkdirSync(certDir);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: certDir, stdio: 'pipe' });
  const fresh = ['req', '-newkey', 'rsa:2048', '-nodes'];
  openssl(...fresh, '-x509', '-days', '2', '-subj', '/CN=school', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  openssl(...fresh, '-subj', '/CN=docker', '-keyout', 'key.pem', '-out', 'request.pem');
  writeFileSync(join(certDir, 'names'), 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
  const signed = ['-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', ...signed, '-extfile', 'names', '-out', 'cert.pem');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

beforeAll(async () => {
  makeCertificates();
  const rootfs = await ensureRootfs({ cacheDir: shared, progress: silentProgress });
  const port = await freePort();
  const pem = (name: string) => join(certDir, `${name}.pem`);
  far = await startUserDocker(rootfs, [
    ...['--tlsverify', `--tlscacert=${pem('ca')}`, `--tlscert=${pem('cert')}`, `--tlskey=${pem('key')}`],
    `--host=tcp://127.0.0.1:${port}`,
  ]);
  // The engine's image is imported from the root file system that is made already.
  mkdirSync(cacheDir);
  execFileSync('cp', ['-al', rootfs, cacheDir]);
  mkdirSync(join(cacheDir, 'packages', 'npm', 'tea'), { recursive: true });
  writeFileSync(join(cacheDir, 'packages', 'npm', 'tea', 'index.json'), '{"name":"tea"}');
  settings = {
    ...readSettings(),
    ...{ homeDir, cacheDir, engine: 'external', dockerHost: `tcp://127.0.0.1:${port}` },
    ...{ dockerCertDir: certDir, dockerTlsVerify: true },
  };
  engine = await openEngine({ settings, progress: (task) => told.push(task) });
  await ensureTestImage(engine);
});
afterAll(async () => {
  await engine?.release();
  await launcher()?.remove();
  await far?.stop();
  rmSync(homeDir, { recursive: true, force: true });
});

async function buildOnIt(dockerfile: string, files: Record<string, string> = {}) {
  const slot = await engine.acquireSlot();
  try {
    return await buildInSlot(engine, slot.cgroupParent, { dockerfile, files });
  } finally {
    await slot.release();
  }
}

test('shares no folder with this machine, and has no port and no network', async () => {
  const [found] = await far.docker.listContainers({ filters: { label: ['stagecraft.engine'] } });
  const { HostConfig, Mounts, NetworkSettings } = await far.docker.getContainer(found?.Id ?? '').inspect();
  expect(Mounts.map(({ Type }) => Type)).toEqual(['volume']);
  expect(HostConfig).toMatchObject({ Privileged: false, NetworkMode: 'none', ReadonlyRootfs: true });
  expect(NetworkSettings.Ports).toEqual({});
  expect(await launcher()?.status()).toMatchObject({ launcher: 'external', users: [process.pid] });
});

test('the operator is told once what naming a Docker means', async () => {
  expect(told.filter(({ id }) => id === 'external-engine')).toEqual([
    expect.objectContaining({ detail: expect.stringContaining('tcp://127.0.0.1:') }),
  ]);
  told.length = 0;
  const second = await openEngine({ settings, progress: (task) => told.push(task) });
  await second.release();
  expect(told.filter(({ id }) => id === 'external-engine')).toEqual([]);
});

test('builds with a context from here, and its layers are read', async () => {
  const built = await buildOnIt('FROM stagecraft-test:1\nCOPY leaf /leaf\nRUN wc -c < /leaf > /size\n', {
    leaf: 'x'.repeat(3_000_000),
  });
  expect(built.ok, built.output).toBe(true);
  const layers = await engine.layers(built.imageId);
  expect(layers.at(-2)?.entries).toContainEqual(expect.objectContaining({ path: '/leaf', sizeBytes: 3_000_000 }));
});

test('serves the packages that were here before and those that are filled later', async () => {
  const { buildGateway, mirrorPort } = engine.network;
  const fetching = (name: string) =>
    buildOnIt(
      `FROM stagecraft-test:1\nRUN perl -MIO::Socket::INET -e 'my $s=IO::Socket::INET->new("${buildGateway}:${mirrorPort}") or die "no mirror"; print $s "GET /npm/${name}/index.json HTTP/1.0\\r\\n\\r\\n"; print while <$s>' > /answer && cat /answer && grep '"name":"${name}"' /answer\n`,
    );
  const before = await fetching('tea');
  expect(before.ok, before.output).toBe(true);
  mkdirSync(join(cacheDir, 'packages', 'npm', 'milk'), { recursive: true });
  writeFileSync(join(cacheDir, 'packages', 'npm', 'milk', 'index.json'), '{"name":"milk"}');
  await engine.publishPackages();
  const after = await fetching('milk');
  expect(after.ok, after.output).toBe(true);
});

test('an engine that is killed is restarted, with its images', async () => {
  const before = await launcher()?.status();
  const restarted = new Promise<void>((resolve) => engine.onRestart(resolve));
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await restarted;
  expect((await engine.docker.listImages({ filters: { reference: ['stagecraft-test:1'] } })).length).toBe(1);
});

test('removed, it leaves nothing there', async () => {
  await engine.release();
  await launcher()?.remove();
  const [containers, { Volumes }, images] = await Promise.all([
    far.docker.listContainers({ all: true }),
    far.docker.listVolumes(),
    far.docker.listImages(),
  ]);
  expect([containers, Volumes ?? [], images]).toEqual([[], [], []]);
});
