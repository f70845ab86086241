/** The sandbox engine on a Linux host with root: a root file system from Debian packages, launched with runc. */
import { rm } from 'node:fs/promises';
import { limits } from '../../limits.ts';
import { readAgentStatus } from '../agent-client.ts';
import type { Alive, EngineHost, EngineSockets, Prepared, PrepareOptions } from '../engine-host.ts';
import type { Instance } from '../instance.ts';
import { bootEngine, readState, runcRecipe } from './boot.ts';
import { clearLeftovers } from './leftovers.ts';
import { isAlive, signalProcess, untilEnded } from './processes.ts';
import { installPackages, loadModules, missingFromHost } from './requirements.ts';
import { ensureRootfs } from './rootfs.ts';

const answerTimeoutMs = 5_000;

export class RuncHost implements EngineHost {
  readonly kind = 'host';
  readonly #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  async missing(): Promise<string[]> {
    return missingFromHost(this.#instance.cacheDir);
  }

  async prepare({ progress, signal }: PrepareOptions): Promise<Prepared> {
    const where = { cacheDir: this.#instance.cacheDir, progress, ...(signal && { signal }) };
    await installPackages(where);
    const root = await ensureRootfs(where);
    return { root, buildxCommand: `${root}/usr/libexec/docker/cli-plugins/docker-buildx` };
  }

  recipe(): string {
    return runcRecipe();
  }

  async sockets(): Promise<EngineSockets> {
    const { dockerSocket, agentSocket } = this.#instance;
    return { dockerSocket, agentSocket };
  }

  async alive(): Promise<Alive | undefined> {
    const state = await readState(this.#instance);
    if (state === undefined || !isAlive(state.init)) return undefined;
    const agent = await readAgentStatus(this.#instance.agentSocket, answerTimeoutMs).catch(() => undefined);
    return agent && { pid: state.init.pid, startedAt: state.startedAt, recipe: state.recipe, agent };
  }

  async boot({ root }: Prepared, signal?: AbortSignal): Promise<void> {
    await loadModules();
    await bootEngine(this.#instance, root, signal);
  }

  async end(): Promise<void> {
    const state = await readState(this.#instance);
    if (state !== undefined && signalProcess(state.init, 'SIGTERM')) {
      await untilEnded(state.init, limits.engine.stopTimeoutMs);
    }
    await this.clear();
  }

  clear(): Promise<void> {
    return clearLeftovers(this.#instance);
  }

  remove(): Promise<void> {
    return rm(this.#instance.dir, { recursive: true, force: true });
  }
}
