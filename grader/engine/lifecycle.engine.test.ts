/**
 * The engine's life and its ends, in a home of its own with a disk of 600 MiB: restarts, adoption, leases of killed
 * processes, a disk filler, and that stopping leaves nothing on the machine.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { startShell } from '../terminal/shell-process.ts';
import type { Engine } from './engine.ts';
import { devicesOf } from './host/disk.ts';
import { instanceCgroups } from './host/leftovers.ts';
import { type Instance, instanceFor } from './instance.ts';
import { launchers, openEngine } from './open-engine.ts';
import { buildInSlot, ensureTestImage, testImage } from './testing.ts';

const homeDir = mkdtempSync(join(tmpdir(), 'sc-life-'));
const settings = { ...readSettings(), homeDir, engine: 'host' as const };
const instance: Instance = instanceFor(settings);
let engine: Engine;

beforeAll(async () => {
  mkdirSync(instance.dir, { recursive: true });
  execFileSync('truncate', ['-s', '600M', instance.diskFile]);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', instance.diskFile]);
  engine = await openEngine({ settings, progress: silentProgress });
  await ensureTestImage(engine);
});
afterAll(async () => {
  await launchers(settings)[0]?.stop();
  rmSync(homeDir, { recursive: true, force: true });
});

interface Machine {
  mounts: string;
  cgroups: string[];
  devices: string[];
  processes: number[];
}

/** Everything of this engine that can be seen on the machine. */
async function onMachine(): Promise<Machine> {
  const cgroups = instanceCgroups(instance.name);
  const pids = cgroups.flatMap((dir) => readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean));
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(homeDir))
      .join('\n'),
    cgroups,
    devices: await devicesOf(instance.diskFile),
    processes: pids.map(Number),
  };
}

/** The kernel may take a moment to let go of a loop device. */
async function expectNothingOnMachine(): Promise<void> {
  await expect.poll(onMachine).toEqual({ mounts: '', cgroups: [], devices: [], processes: [] });
}

function initPid(): number {
  return JSON.parse(readFileSync(instance.stateFile, 'utf8')).init.pid as number;
}

/** Pids, as this machine sees them, of the engine's processes with this command name. */
function pidsInside(comm: string): number[] {
  const namespace = readlink(`/proc/${initPid()}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readlink(`/proc/${name}/ns/pid`) === namespace)
    .filter((name) => commandName(name) === comm)
    .map(Number);
}

/** Of a processor, by the engine's processes with this command name. */
function usedSeconds(comm: string): number {
  const ticksPerSecond = 100;
  const ticks = pidsInside(comm).map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // The 14th and 15th of proc(5), user and system.
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

/** Empty when it has ended meanwhile. */
function commandName(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

function readlink(path: string): string {
  try {
    return execFileSync('readlink', [path]).toString();
  } catch {
    return '';
  }
}

function restarted(): Promise<void> {
  return new Promise((resolve) => {
    const off = engine.onRestart(() => {
      off();
      resolve();
    });
  });
}

/** Another Stagecraft process that opens the same engine and does as told. */
async function otherProcess(body: string): Promise<{ child: ChildProcess; line: string }> {
  const program = `import { openEngine } from ${JSON.stringify(new URL('./open-engine.ts', import.meta.url).href)};
    const engine = await openEngine({ settings: ${JSON.stringify(settings)}, progress: () => {} });
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  return { child, line };
}

test('another process adopts the running engine, and its leaving does not stop it', async () => {
  const pid = initPid();
  const { child, line } = await otherProcess(
    `console.log((await engine.docker.version()).Version); await engine.release();`,
  );
  expect(line).toMatch(/^\d+\./);
  await new Promise((ended) => child.once('exit', ended));
  expect(initPid()).toBe(pid);
  await engine.docker.ping();
});

test('slots are shared between processes, and those of a killed one are free at once', async () => {
  const count = 2;
  const { child } = await otherProcess(
    `for (let n = 0; n < ${count}; n += 1) await engine.acquireSlot(); console.log('both'); setInterval(() => {}, 1000);`,
  );
  const impatient = new AbortController();
  const refused = engine.acquireSlot(impatient.signal);
  const patient = engine.acquireSlot();
  impatient.abort();
  await expect(refused).rejects.toMatchObject({ code: 'cancelled' });
  child.kill('SIGKILL');
  const slot = await patient;
  await slot.release();
});

test('the death of dockerd restarts the engine, tells its users, and keeps images', async () => {
  const before = initPid();
  const told = restarted();
  const [dockerd] = pidsInside('dockerd');
  process.kill(dockerd as number, 'SIGKILL');
  await told;
  expect(initPid()).not.toBe(before);
  expect(await engine.docker.getImage(testImage).inspect()).toMatchObject({ RepoTags: [testImage] });
  const slot = await engine.acquireSlot();
  expect(
    (await buildInSlot(engine, slot.cgroupParent, { dockerfile: `FROM ${testImage}\nRUN echo ${Math.random()}` })).ok,
  ).toBe(true);
  await slot.release();
});

test('a build that is running when the engine dies fails, and a slot asked for meanwhile comes after the restart', async () => {
  const slot = await engine.acquireSlot();
  const building = buildInSlot(engine, slot.cgroupParent, { dockerfile: `FROM ${testImage}\nRUN sleep 300` });
  await expect.poll(async () => (await slot.usage()).pidsPeak, { timeout: 20_000 }).toBeGreaterThan(0);
  const told = restarted();
  process.kill(initPid(), 'SIGKILL');
  const next = engine.acquireSlot();
  expect((await building).ok).toBe(false);
  await told;
  await expect(slot.usage()).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
  await slot.release();
  await (await next).release();
});

test('a shell that is open when the engine dies is told, and leaves nothing in the next one', async () => {
  const { Id: imageId } = await engine.docker.getImage(testImage).inspect();
  const config = { volumes: [], workingDir: '', env: {} };
  const wanted = { imageId, config, shell: '/bin/sh', size: { columns: 80, rows: 24 } };
  const shell = await startShell(wanted, { engine, signal: new AbortController().signal });
  // By then the daemon has begun to answer who waits for the shell's end.
  await once(shell.stream, 'data');
  await engine.docker.ping();
  const told = restarted();
  process.kill(initPid(), 'SIGKILL');
  expect(await shell.ended).toEqual({ exitCode: undefined, oomKilled: false });
  await told;
  await shell.dispose();
  expect(await engine.docker.listContainers({ all: true })).toEqual([]);
});

test('a parser bomb that survives its build is ended by the watchdog', async () => {
  const doubling = `FROM ${testImage}\nENV A=aaaaaaaaaa\n${'ENV A=$A$A\n'.repeat(30)}RUN true\n`;
  const told = restarted();
  const slot = await engine.acquireSlot();
  const enough = new AbortController();
  const usedBefore = usedSeconds('dockerd');
  const building = buildInSlot(engine, slot.cgroupParent, { dockerfile: doubling, signal: enough.signal });
  await expect.poll(() => usedSeconds('dockerd') - usedBefore, { timeout: 120_000 }).toBeGreaterThan(2);
  enough.abort();
  expect((await building).ok).toBe(false);
  await slot.release();
  await told;
  expect(readFileSync(join(instance.logDir, 'engine.log.1'), 'utf8')).toMatch(
    /used a processor for \d+ ms with no build/,
  );
  await (await engine.acquireSlot()).release();
});

test('a disk filler meets the end of the engine’s disk, and pruning gives the room back', async () => {
  const slot = await engine.acquireSlot();
  const freeBefore = await engine.diskFreeBytes();
  try {
    const built = await buildInSlot(engine, slot.cgroupParent, {
      dockerfile: `FROM ${testImage}\nRUN head -c 2G /dev/zero > /fill; echo status $?; ls -l /fill`,
    });
    expect(built.output).toMatch(/No space left on device/i);
    await engine.docker.ping();
  } finally {
    await slot.release();
  }
  // The next slot is given only when there is room again.
  await (await engine.acquireSlot()).release();
  expect(await engine.diskFreeBytes()).toBeGreaterThan(freeBefore * 0.9);
});

test('the last user’s leaving leaves no process, mount, loop device, cgroup or socket', async () => {
  expect((await onMachine()).processes.length).toBeGreaterThan(0);
  expect((await onMachine()).mounts).toBe('');
  await engine.release();
  await expectNothingOnMachine();
  expect(existsSync(instance.dockerSocket)).toBe(false);
  expect(await launchers(settings)[0]?.status()).toBeUndefined();
});

test('an engine whose only user was killed is adopted by the next, with its images', async () => {
  const { child } = await otherProcess(`console.log('up'); setInterval(() => {}, 1000);`);
  const pid = initPid();
  child.kill('SIGKILL');
  await new Promise((ended) => child.once('exit', ended));
  expect(await launchers(settings)[0]?.status()).toMatchObject({ pid, users: [] });
  engine = await openEngine({ settings, progress: silentProgress });
  expect(initPid()).toBe(pid);
  expect((await launchers(settings)[0]?.status())?.users).toEqual([process.pid]);
  expect((await engine.docker.listImages({ filters: { reference: [testImage] } })).length).toBe(1);
});

test('what a power cut leaves is cleared by the next start', async () => {
  const state = readFileSync(instance.stateFile, 'utf8');
  await engine.release();
  // State of a process that is gone, a loop device nobody uses, a cgroup nobody is in.
  execFileSync('losetup', ['--find', instance.diskFile]);
  const [hierarchy] = existsSync('/sys/fs/cgroup/cgroup.controllers') ? ['/sys/fs/cgroup'] : ['/sys/fs/cgroup/memory'];
  mkdirSync(join(hierarchy as string, instance.name, 'slot1'), { recursive: true });
  execFileSync('sh', ['-c', `cat > "${instance.stateFile}"`], { input: state });
  engine = await openEngine({ settings, progress: silentProgress });
  await engine.docker.ping();
  expect((await onMachine()).devices.length).toBeLessThanOrEqual(1);
  await engine.release();
  await expectNothingOnMachine();
});
