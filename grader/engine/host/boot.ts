/** Starts one engine container with runc and waits until its agent answers. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AgentConfig, AgentStatus } from '../agent/protocol.ts';
import { callAgent } from '../agent-client.ts';
import { engineNetwork, type Instance } from '../instance.ts';
import { issueServerCertificate } from '../sandbox-ca.ts';
import { type EngineSizes, engineSizes } from '../sizes.ts';
import { daemonJson, inside, ociConfig } from './bundle.ts';
import { attachDisk, checkDisk, ensureDisk, releaseDevice } from './disk.ts';
import { clearLeftovers } from './leftovers.ts';
import { isAlive, markProcess, type ProcessMark, untilEnded } from './processes.ts';
import { remapBase, rootfsRecipe } from './rootfs.ts';

/** What a start writes down for every later process of this installation. */
export interface EngineState {
  init: ProcessMark;
  recipe: string;
  startedAt: string;
}

const agentDir = resolve(import.meta.dirname, '..', 'agent');
const packageJson = resolve(import.meta.dirname, '..', '..', '..', 'package.json');

/** The first Node that runs TypeScript as it is. */
const nodeVersionMin = [22, 18] as const;

/** The Node that the agent runs on: this process's own. @throws StagecraftError `host_lacks` when it is too old */
function agentNode(): string {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return process.execPath;
  throw new StagecraftError(
    'host_lacks',
    `The sandbox engine needs Node ${nodeVersionMin.join('.')} or later, and this is ${process.version}. Start it with \`npx stagecraft\`, which brings its own.`,
  );
}

/** Changes whenever a running engine would differ from one started now. */
export function engineRecipe(): string {
  const hash = createHash('sha256').update(rootfsRecipe).update(process.version);
  const files = readdirSync(agentDir).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(agentDir, name)));
  hash.update(readFileSync(join(import.meta.dirname, 'bundle.ts')));
  return hash.update(JSON.stringify({ engineNetwork, limits })).digest('hex').slice(0, 12);
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
  await makeFolders(instance);
  const { bavail, bsize } = await statfs(instance.dir);
  const sizes = engineSizes({ memoryBytes: totalmem(), cpus: availableParallelism(), diskFreeBytes: bavail * bsize });
  if (!(await checkDisk(instance.diskFile))) await rm(instance.diskFile, { force: true });
  await ensureDisk(instance.diskFile, sizes.diskBytes);
  const recipe = engineRecipe();
  await writeConfiguration(instance, sizes, recipe);
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

async function makeFolders(instance: Instance): Promise<void> {
  const { runDir, confDir, logDir, runcDir, bundleDir, buildxDir, mirrorDir, layerIndexDir } = instance;
  // The socket is root's command over the engine: nobody else may reach it.
  await mkdir(instance.dir, { recursive: true, mode: 0o700 });
  for (const dir of [runDir, confDir, logDir, runcDir, bundleDir, buildxDir, mirrorDir, layerIndexDir]) {
    await mkdir(dir, { recursive: true });
  }
}

async function writeConfiguration(instance: Instance, sizes: EngineSizes, recipe: string): Promise<void> {
  const config: AgentConfig = {
    instance: instance.name,
    recipe,
    network: engineNetwork,
    slots: { count: sizes.slotCount, limits: sizes.slot },
    daemon: {
      cpus: sizes.daemonCpus,
      bootTimeoutMs: limits.engine.bootTimeoutMs,
      stopTimeoutMs: limits.engine.stopTimeoutMs - 3_000,
    },
    watch: {
      intervalMs: limits.engine.watchdogIntervalMs,
      spinMs: limits.engine.watchdogSpinMs,
      pingTimeoutMs: 10_000,
      idleStopMs: limits.engine.idleStopMs,
      logBytesMax: limits.engine.logBytesMax,
    },
    probe: { responseBytesMax: limits.run.responseBytesMax },
    layers: { entriesMax: limits.evidence.filesPerLayerMax, timeoutMs: limits.evidence.phaseTimeoutMs },
    paths: {
      dockerSocket: `${inside.sockets}/docker.sock`,
      agentSocket: `${inside.sockets}/agent.sock`,
      dataRoot: inside.dataRoot,
      daemonJson: `${inside.conf}/daemon.json`,
      mirrorRoot: inside.mirror,
      layerIndex: inside.layerIndex,
      httpsCert: `${inside.conf}/https.pem`,
      httpsKey: `${inside.conf}/https-key.pem`,
      cgroups: '/sys/fs/cgroup',
    },
    idBase: remapBase,
  };
  const { certPem, keyPem } = await issueServerCertificate(instance.cacheDir, engineNetwork.runGateway);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(instance.confDir, name), text, { mode: 0o600 });
  await write('agent.json', JSON.stringify(config, null, 2));
  await write('daemon.json', JSON.stringify(daemonJson(config), null, 2));
  await write('https.pem', certPem);
  await write('https-key.pem', keyPem);
}

async function writeBundle(
  instance: Instance,
  made: { rootfs: string; device: string; sizes: EngineSizes },
): Promise<void> {
  const capBnd = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const config = ociConfig({
    name: instance.name,
    rootfs: made.rootfs,
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
      return (await callAgent(instance.agentSocket, {
        method: 'GET',
        path: '/status',
        timeoutMs: 2_000,
      })) as AgentStatus;
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
