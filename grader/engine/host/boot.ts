/** Starts one engine container with runc and waits until its agent answers. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, realpath, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AgentStatus } from '../agent/protocol.ts';
import { readAgentStatus } from '../agent-client.ts';
import { writeAgentConfig } from '../agent-config.ts';
import { agentDir, agentNode, engineRecipe, packageJson } from '../agent-parts.ts';
import type { Instance } from '../instance.ts';
import { type EngineSizes, engineSizes } from '../sizes.ts';
import { ociConfig } from './bundle.ts';
import { attachDisk, checkDisk, ensureDisk, releaseDevice } from './disk.ts';
import { clearLeftovers } from './leftovers.ts';
import { isAlive, markProcess, type ProcessMark, untilEnded } from './processes.ts';

/** What a start writes down for every later process of this installation. */
export interface EngineState {
  init: ProcessMark;
  recipe: string;
  startedAt: string;
}

/** Changes whenever an engine that runs would differ from one started now. */
export function runcRecipe(): string {
  return engineRecipe(join(import.meta.dirname, 'bundle.ts'));
}

/** What dockerd says when it is the disk that keeps it from starting. */
const diskTrouble =
  /no space left on device|input\/output error|structure needs cleaning|wrong fs type|invalid database/i;

/**
 * Starts the engine. One that can't start because of its disk gets a fresh one: nothing on it is precious, images and
 * build results are made again.
 * @throws StagecraftError `engine_unavailable` with the end of the engine's log; nothing is left running
 */
export async function bootEngine(instance: Instance, rootfs: string, signal?: AbortSignal): Promise<EngineState> {
  try {
    return await bootOnce(instance, rootfs, signal);
  } catch (error) {
    await clearLeftovers(instance);
    if (!(error instanceof Error) || !diskTrouble.test(error.message)) throw error;
    await rm(instance.diskFile, { force: true });
    try {
      return await bootOnce(instance, rootfs, signal);
    } catch (again) {
      await clearLeftovers(instance);
      throw again;
    }
  }
}

async function bootOnce(instance: Instance, rootfs: string, signal?: AbortSignal): Promise<EngineState> {
  await mkdir(instance.dir, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(instance.dir);
  const sizes = engineSizes({ memoryBytes: totalmem(), cpus: availableParallelism(), diskFreeBytes: bavail * bsize });
  if (!(await checkDisk(instance.diskFile))) await rm(instance.diskFile, { force: true });
  await ensureDisk(instance.diskFile, sizes.diskBytes);
  const recipe = runcRecipe();
  await writeAgentConfig(instance, { sizes, recipe });
  for (const dir of [instance.runcDir, instance.bundleDir]) await mkdir(dir, { recursive: true });
  const device = await attachDisk(instance.diskFile);
  let init: ProcessMark;
  try {
    await writeBundle(instance, { rootfs, device, sizes });
    init = await runContainer(instance, signal);
  } finally {
    // From now on the mount alone holds the device; it goes when the engine does.
    await releaseDevice(device);
  }
  const status = await untilReady(instance, init, signal);
  const state: EngineState = { init, recipe, startedAt: status.startedAt };
  await writeFile(`${instance.stateFile}.unfinished`, JSON.stringify(state));
  await rename(`${instance.stateFile}.unfinished`, instance.stateFile);
  return state;
}

export async function readState(instance: Instance): Promise<EngineState | undefined> {
  try {
    return JSON.parse(await readFile(instance.stateFile, 'utf8')) as EngineState;
  } catch {
    return undefined;
  }
}

async function writeBundle(
  instance: Instance,
  made: { rootfs: string; device: string; sizes: EngineSizes },
): Promise<void> {
  const capBnd = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const config = ociConfig({
    name: instance.name,
    // runc takes no path that leads through a link, as a cache on another disk often does.
    rootfs: await realpath(made.rootfs),
    device: made.device,
    memoryBytes: made.sizes.engineMemoryBytes,
    limitsSwap:
      existsSync('/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes') ||
      existsSync('/sys/fs/cgroup/cgroup.controllers'),
    pidsMax: limits.engine.pidsMax,
    capBnd,
    outside: {
      sockets: instance.runDir,
      conf: instance.confDir,
      agent: agentDir,
      packageJson,
      node: agentNode(),
      mirror: instance.mirrorDir,
      layerIndex: instance.layerIndexDir,
    },
  });
  await writeFile(join(instance.bundleDir, 'config.json'), JSON.stringify(config, null, 2));
}

/** The container's output goes to `log/engine.log`; the log of the start before is kept beside it. */
async function runContainer(instance: Instance, signal?: AbortSignal): Promise<ProcessMark> {
  const logFile = join(instance.logDir, 'engine.log');
  await rename(logFile, `${logFile}.1`).catch(() => {});
  const pidFile = join(instance.runcDir, 'init.pid');
  const log = await open(logFile, 'a');
  try {
    const args = ['--root', instance.runcDir, 'run', '--detach', '--bundle', instance.bundleDir, '--pid-file', pidFile];
    const code = await new Promise<number | null>((ended, failed) => {
      const child = spawn('runc', [...args, instance.name], {
        stdio: ['ignore', log.fd, log.fd],
        signal,
        killSignal: 'SIGKILL',
      });
      child.on('error', failed);
      child.on('exit', ended);
    });
    const init = code === 0 ? markProcess(Number(await readFile(pidFile, 'utf8'))) : undefined;
    if (init === undefined) throw await bootFailure(instance, `runc ended with status ${code}`);
    return init;
  } finally {
    await log.close();
  }
}

async function untilReady(instance: Instance, init: ProcessMark, signal?: AbortSignal): Promise<AgentStatus> {
  const deadline = Date.now() + limits.engine.bootTimeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline && isAlive(init)) {
    if (signal?.aborted) throw new StagecraftError('cancelled', 'Starting the sandbox engine was cancelled.');
    try {
      return await readAgentStatus(instance.agentSocket, 2_000);
    } catch (error) {
      lastError = error;
    }
    await wait(25);
  }
  if (await untilEnded(init, 0)) throw await bootFailure(instance, 'it ended while it started');
  throw await bootFailure(instance, `it did not answer within ${limits.engine.bootTimeoutMs} ms`, lastError);
}

async function bootFailure(instance: Instance, why: string, cause?: unknown): Promise<StagecraftError> {
  const logFile = join(instance.logDir, 'engine.log');
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lastLines = text.trimEnd().split('\n').slice(-6).join('\n');
  return new StagecraftError(
    'engine_unavailable',
    `The sandbox engine did not start: ${why}. The whole log is ${logFile}; it ends with:\n${lastLines}`,
    {
      cause,
      retryable: true,
    },
  );
}
