/**
 * Starts the sandbox engine on a Linux host with root, from Debian packages with runc.
 *
 * Every change of state happens under the installation's lock, so that a server and a command-line run that start at the
 * same moment end up with one engine, and the last to leave is the one that stops it.
 */
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ProgressSink } from '../../progress.ts';
import type { Settings } from '../../settings.ts';
import type { AgentStatus } from '../agent/protocol.ts';
import { callAgent } from '../agent-client.ts';
import type { Engine, EngineStatus, Launcher } from '../engine.ts';
import { type Instance, instanceFor } from '../instance.ts';
import { RunningEngine } from '../running-engine.ts';
import { bootEngine, type EngineState, engineRecipe, readState } from './boot.ts';
import { clearLeftovers } from './leftovers.ts';
import { withLock } from './lock.ts';
import { isAlive, signalProcess, untilEnded } from './processes.ts';
import { installPackages, loadModules, missingFromHost } from './requirements.ts';
import { ensureRootfs } from './rootfs.ts';
import { liveUsers, registerUser } from './users.ts';

const answerTimeoutMs = 5_000;

export class HostLauncher implements Launcher {
  readonly kind = 'host';
  readonly #instance: Instance;

  constructor(settings: Pick<Settings, 'homeDir' | 'cacheDir'>) {
    this.#instance = instanceFor(settings);
  }

  async missing(): Promise<string[]> {
    return missingFromHost(this.#instance.cacheDir);
  }

  async start(options: { progress: ProgressSink; signal?: AbortSignal }): Promise<Engine> {
    const { progress, signal } = options;
    const instance = this.#instance;
    const missing = await this.missing();
    if (missing.length > 0) throw new StagecraftError('host_lacks', missing.join(' '));
    await installPackages({ cacheDir: instance.cacheDir, progress, signal });
    const rootfs = await ensureRootfs({ cacheDir: instance.cacheDir, progress, signal });
    const leave = await this.#locked(async () => {
      await this.#adoptOrBoot(rootfs, options);
      return registerUser(instance.usersDir);
    }, signal);
    const engine = await RunningEngine.connect({
      instance,
      buildxCommand: `${rootfs}/usr/libexec/docker/cli-plugins/docker-buildx`,
      revive: () => this.#locked(() => this.#revive(rootfs)),
      leave: () =>
        this.#locked(async () => {
          leave();
          if (liveUsers(instance.usersDir).length === 0) await this.#stopNow();
        }),
    });
    progress({ id: 'engine', title: 'Sandbox engine', state: 'ready' });
    return engine;
  }

  async status(): Promise<EngineStatus | undefined> {
    const alive = await this.#alive();
    if (alive === undefined) return undefined;
    const { state, status } = alive;
    return {
      pid: state.init.pid,
      startedAt: state.startedAt,
      dockerVersion: status.dockerVersion,
      recipe: state.recipe,
      diskBytes: status.diskBytes,
      diskFreeBytes: status.diskFreeBytes,
      users: liveUsers(this.#instance.usersDir),
    };
  }

  stop(): Promise<void> {
    return this.#locked(() => this.#stopNow());
  }

  #locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withLock(`${this.#instance.name}-state`, work, signal);
  }

  async #adoptOrBoot(rootfs: string, options: { progress: ProgressSink; signal?: AbortSignal }): Promise<void> {
    const { progress, signal } = options;
    const alive = await this.#alive();
    if (alive !== undefined) {
      const users = liveUsers(this.#instance.usersDir);
      // An engine of an older recipe is kept while others depend on it, and replaced as soon as nobody does.
      if (alive.state.recipe === engineRecipe() || users.length > 0) return;
    }
    progress({ id: 'engine', title: 'Sandbox engine', state: 'running', detail: 'starting' });
    await this.#stopNow();
    await loadModules();
    try {
      await bootEngine(this.#instance, rootfs, signal);
    } catch (error) {
      progress({ id: 'engine', title: 'Sandbox engine', state: 'failed', detail: (error as Error).message });
      throw error;
    }
  }

  /** Called by a process that lost the engine: whoever comes first restarts it, the others find it running. */
  async #revive(rootfs: string): Promise<void> {
    if ((await this.#alive()) !== undefined) return;
    await clearLeftovers(this.#instance);
    await bootEngine(this.#instance, rootfs);
  }

  async #alive(): Promise<{ state: EngineState; status: AgentStatus } | undefined> {
    const state = await readState(this.#instance);
    if (state === undefined || !isAlive(state.init)) return undefined;
    try {
      const call = { method: 'GET', path: '/status', timeoutMs: answerTimeoutMs } as const;
      return { state, status: (await callAgent(this.#instance.agentSocket, call)) as AgentStatus };
    } catch {
      return undefined;
    }
  }

  async #stopNow(): Promise<void> {
    const state = await readState(this.#instance);
    if (state !== undefined && signalProcess(state.init, 'SIGTERM')) {
      await untilEnded(state.init, limits.engine.stopTimeoutMs);
    }
    await clearLeftovers(this.#instance);
  }
}
