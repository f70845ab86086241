/**
 * Clears what an engine left on the machine when it, or the grader, was killed: processes, cgroups, loop devices, runc's
 * state, sockets. Everything is found by the instance's own names and files, never by searching for process names.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StagecraftError } from '../../errors.ts';
import type { Instance } from '../instance.ts';
import { devicesOf, releaseDevice } from './disk.ts';
import { run } from './processes.ts';

const killTimeoutMs = 10_000;
const cgroupRoot = '/sys/fs/cgroup';

/** The instance's cgroup in every hierarchy of this machine, where it exists. */
export function instanceCgroups(name: string, root = cgroupRoot): string[] {
  const hierarchies = existsSync(join(root, 'cgroup.controllers'))
    ? [root]
    : readdirSync(root).map((one) => join(root, one));
  return hierarchies.map((one) => join(one, name)).filter((dir) => existsSync(dir));
}

/** @throws StagecraftError `engine_unavailable` when something can't be ended or removed */
export async function clearLeftovers(instance: Instance): Promise<void> {
  await killCgroups(instance.name);
  if (existsSync(instance.runcDir)) {
    await run('runc', ['--root', instance.runcDir, 'delete', '--force', instance.name]).catch(() => {});
    await rm(instance.runcDir, { recursive: true, force: true });
  }
  await removeCgroups(instance.name);
  for (const device of await devicesOf(instance.diskFile)) {
    await releaseDevice(device).catch(async (error) => {
      // The kernel may have let go of it meanwhile.
      if ((await devicesOf(instance.diskFile)).includes(device)) throw error;
    });
  }
  await Promise.all(
    [instance.dockerSocket, instance.agentSocket, instance.stateFile].map((file) => rm(file, { force: true })),
  );
}

async function killCgroups(name: string): Promise<void> {
  const deadline = Date.now() + killTimeoutMs;
  for (;;) {
    const pids = (await Promise.all(instanceCgroups(name).map((dir) => pidsBelow(dir)))).flat();
    if (pids.length === 0) return;
    if (Date.now() > deadline) {
      throw new StagecraftError(
        'engine_unavailable',
        `Processes of an earlier sandbox engine (${pids.slice(0, 5).join(', ')}) do not end after SIGKILL. Restart this machine.`,
      );
    }
    for (const pid of new Set(pids)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the listing and the kill.
      }
    }
    await wait(20);
  }
}

async function pidsBelow(dir: string): Promise<number[]> {
  const text = await readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => '');
  const own = text.split('\n').filter(Boolean).map(Number);
  const below = await Promise.all(childDirs(dir).map((child) => pidsBelow(child)));
  return [...own, ...below.flat()];
}

async function removeCgroups(name: string): Promise<void> {
  const deadline = Date.now() + killTimeoutMs;
  for (;;) {
    const dirs = instanceCgroups(name);
    if (dirs.length === 0) return;
    for (const dir of dirs) await removeTree(dir);
    if (Date.now() > deadline) return;
    if (instanceCgroups(name).length > 0) await wait(20);
  }
}

async function removeTree(dir: string): Promise<void> {
  for (const child of childDirs(dir)) await removeTree(child);
  await rmdir(dir).catch(() => {});
}

function childDirs(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}
