/**
 * Starts, adopts and ends the one engine of an installation, on whatever host.
 *
 * Every change of state happens under the installation's lock, so that a server and a command-line run that start at the
 * same moment end up with one engine, and the last to leave is the one that stops it.
 */
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Engine, EngineStatus, Launcher } from './engine.ts';
import type { EngineHost, Prepared } from './engine-host.ts';
import { withLock } from './host/lock.ts';
import { liveUsers, registerUser } from './host/users.ts';
import type { Instance } from './instance.ts';
import { RunningEngine } from './running-engine.ts';

interface StartOptions {
  progress: ProgressSink;
  signal?: AbortSignal;
}

const task = { id: 'engine', title: 'Sandbox engine' };

export class InstallationLauncher implements Launcher {
  readonly kind: Launcher['kind'];
  readonly #instance: Instance;
  readonly #host: EngineHost;

  constructor(instance: Instance, host: EngineHost) {
    this.kind = host.kind;
    this.#instance = instance;
    this.#host = host;
  }

  missing(): Promise<string[]> {
    return this.#host.missing();
  }

  async start(options: StartOptions): Promise<Engine> {
    const { progress, signal } = options;
    const missing = await this.missing();
    if (missing.length > 0) throw new StagecraftError('host_lacks', missing.join(' '));
    const prepared = await this.#host.prepare({ progress, signal });
    const leave = await this.#locked(async () => {
      await this.#adoptOrBoot(prepared, options);
      return registerUser(this.#instance.usersDir);
    }, signal);
    const { buildxCommand, outside, publishPackages } = prepared;
    const engine = await RunningEngine.connect({
      instance: { ...this.#instance, ...(await this.#host.sockets()) },
      ...{ buildxCommand, outside, publishPackages },
      revive: () => this.#locked(() => this.#revive(prepared)),
      leave: () =>
        this.#locked(async () => {
          leave();
          if (this.#users().length === 0) await this.#host.end();
        }),
    });
    progress({ ...task, state: 'ready' });
    return engine;
  }

  async status(): Promise<EngineStatus | undefined> {
    const alive = await this.#host.alive();
    if (alive === undefined) return undefined;
    const { agent, ...found } = alive;
    const { dockerVersion, diskBytes, diskFreeBytes } = agent;
    return { ...found, launcher: this.kind, dockerVersion, diskBytes, diskFreeBytes, users: this.#users() };
  }

  stop(): Promise<void> {
    return this.#locked(() => this.#host.end());
  }

  remove(): Promise<void> {
    return this.#locked(async () => {
      await this.#host.end();
      await this.#host.remove();
    });
  }

  #users(): number[] {
    return liveUsers(this.#instance.usersDir);
  }

  #locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withLock(`${this.#instance.name}-state`, work, signal);
  }

  async #adoptOrBoot(prepared: Prepared, { progress, signal }: StartOptions): Promise<void> {
    const alive = await this.#host.alive();
    // An engine of an older recipe is kept while others depend on it, and replaced as soon as nobody does.
    if (alive !== undefined && (alive.recipe === this.#host.recipe() || this.#users().length > 0)) return;
    progress({ ...task, state: 'running', detail: 'starting' });
    await this.#host.end();
    try {
      await this.#host.boot(prepared, signal);
    } catch (error) {
      progress({ ...task, state: 'failed', detail: (error as Error).message });
      throw error;
    }
  }

  /** Called by a process that lost the engine: whoever comes first restarts it, the others find it running. */
  async #revive(prepared: Prepared): Promise<void> {
    if ((await this.#host.alive()) !== undefined) return;
    await this.#host.clear();
    await this.#host.boot(prepared);
  }
}
