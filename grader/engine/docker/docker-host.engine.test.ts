import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../progress.ts';
import { readSettings } from '../../settings.ts';
import type { Engine } from '../engine.ts';
import { ensureRootfs } from '../host/rootfs.ts';
import { chooseLauncher, launchers, openEngine } from '../open-engine.ts';
import { buildInSlot, ensureTestImage } from '../testing.ts';
import { startUserDocker, type UserDocker } from './testing.ts';

const homeDir = mkdtempSync(join(tmpdir(), 'sc-docker-home-'));
const { cacheDir } = readSettings();
const loopsBefore = loopDevices();
let user: UserDocker;
let settings: ReturnType<typeof readSettings>;
let rootfs: string;
let engine: Engine;

const launcher = () => launchers(settings)[0];

/** Everything on the user's Docker, by name. */
async function inventory(docker: Docker): Promise<object> {
  const [containers, { Volumes }, images, networks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listImages(),
    docker.listNetworks(),
  ]);
  return {
    containers: containers.map(({ Names }) => Names[0]),
    volumes: (Volumes ?? []).map(({ Name }) => Name),
    images: images.flatMap(({ RepoTags }) => RepoTags ?? []),
    networks: networks.map(({ Name }) => Name).sort(),
  };
}

const users = { containers: ['/theirs'], volumes: ['theirs'], images: ['theirs:1'], networks: ['host', 'none'] };

async function giveUserThings(docker: Docker): Promise<void> {
  const tar = execFileSync('tar', ['-C', '/etc', '-c', 'hostname']);
  const { Readable } = await import('node:stream');
  const answer = await docker.importImage(Readable.from([tar]), { repo: 'theirs', tag: '1' });
  await new Promise((done) => docker.modem.followProgress(answer, done));
  await docker.createVolume({ Name: 'theirs' });
  await docker.createContainer({ Image: 'theirs:1', name: 'theirs', Cmd: ['/hostname'], NetworkDisabled: true });
}

beforeAll(async () => {
  rootfs = await ensureRootfs({ cacheDir, progress: silentProgress });
  user = await startUserDocker(rootfs);
  settings = { ...readSettings(), homeDir, engine: 'docker', dockerHost: user.address };
  await giveUserThings(user.docker);
  expect(await inventory(user.docker)).toEqual(users);
  engine = await openEngine({ settings, progress: silentProgress });
});
afterAll(async () => {
  await engine?.release();
  await launcher()?.remove();
  await user?.stop();
  rmSync(homeDir, { recursive: true, force: true });
});

test('is a container with named capabilities, without a network, limited, on a disk of bounded size', async () => {
  const status = await launcher()?.status();
  expect(status).toMatchObject({ launcher: 'docker', users: [process.pid] });
  const [found] = await user.docker.listContainers({ filters: { label: ['stagecraft.engine'] } });
  const { HostConfig } = await user.docker.getContainer(found?.Id ?? '').inspect();
  expect(HostConfig).toMatchObject({ Privileged: false, NetworkMode: 'none', ReadonlyRootfs: true });
  expect(HostConfig.Memory).toBeGreaterThan(0);
  expect(HostConfig.PidsLimit).toBeGreaterThan(0);
  // The engine's own view: the disk is the file in the volume, not the disk that the volume lies on.
  expect(status?.diskBytes).toBeLessThanOrEqual(42 * 1024 ** 3);
});

test('builds in a slot whose limits hold, with our own buildx', async () => {
  await ensureTestImage(engine);
  const slot = await engine.acquireSlot();
  try {
    const built = await buildInSlot(engine, slot.cgroupParent, {
      dockerfile:
        'FROM stagecraft-test:1\nRUN head -c 3000000000 /dev/zero | tail -c 2999999999 | wc -c; true\nRUN id -u > /who\n',
    });
    expect(built.ok, built.output).toBe(true);
    const usage = await slot.usage();
    expect(usage.memoryPeakBytes).toBeLessThanOrEqual(usage.memoryLimitBytes);
    expect(engine.buildx.command).toContain(cacheDir);
    const [layers] = [await engine.layers(built.imageId)];
    expect(layers.at(-1)?.entries.map(({ path }) => path)).toContain('/who');
  } finally {
    await slot.release();
  }
});

test('an engine that is killed is restarted, with its images', async () => {
  const before = await launcher()?.status();
  const restarted = new Promise<void>((resolve) => engine.onRestart(resolve));
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await restarted;
  expect((await launcher()?.status())?.pid).not.toBe(before?.pid);
  expect((await engine.docker.listImages({ filters: { reference: ['stagecraft-test:1'] } })).length).toBe(1);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(`${homeDir}/`);
});

test('the running engine is found again, whatever else this machine has', async () => {
  expect((await chooseLauncher({ ...settings, engine: 'auto' })).kind).toBe('docker');
});

test('removed, it leaves what was there before and nothing else', async () => {
  await engine.release();
  await launcher()?.remove();
  expect(await inventory(user.docker)).toEqual(users);
  // The kernel lets go of the loop device when the last of the engine's mount namespace has ended.
  await expect.poll(loopDevices).toEqual(loopsBefore);
});

/** Backing files of all loop devices; other engines on this machine have theirs. */
function loopDevices(): string[] {
  const all = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], { encoding: 'utf8' });
  return all.split('\n').filter(Boolean).sort();
}
