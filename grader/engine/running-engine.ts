/**
 * A running engine as its users see it, whoever launched it: the daemon's API, slots, probes and layers, and the half of
 * the watchdog that notices from outside when the engine is gone.
 */
import { statfs } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { AgentStatus } from './agent/protocol.ts';
import { callAgent, holdLease, holdQuiet, readAgentStatus, unavailable, watchAlive } from './agent-client.ts';
import type {
  Engine,
  EngineNetwork,
  LayerIndex,
  LayerMatch,
  OutsideDocker,
  ProbeRequest,
  ProbeResponse,
  Slot,
} from './engine.ts';
import { engineNetwork, type Instance } from './instance.ts';
import { LastSlots } from './last-slots.ts';
import { LayerReader } from './layer-reader.ts';
import { leasedSlot } from './leased-slot.ts';
import { httpsHostNames } from './sandbox-ca.ts';
import { tidy } from './tidy.ts';

export interface RunningEngineOptions {
  instance: Instance;
  buildxCommand: string;
  outside?: OutsideDocker | undefined;
  /** Only where the engine's disk is not this machine's. */
  publishPackages?: ((signal?: AbortSignal) => Promise<void>) | undefined;
  /** Brings the engine back after it was lost; returns at once when another process already did. */
  revive: () => Promise<void>;
  /** Ends this use; the last one stops the engine. */
  leave: () => Promise<void>;
}

const pingTimeoutMs = 10_000;
const failedPingsMax = 3;
const reviveAgainMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** The engine's disk is a sparse file: what the host can't hold is not free. */
const hostReserveBytes = 1024 ** 3;

interface SlotWanted {
  kind: 'slots' | 'terminals';
  stepsOf?: string | undefined;
  timeoutMs: number;
  /** The refusal. */
  busy: string;
}

export class RunningEngine implements Engine {
  readonly docker: Docker;
  readonly socketPath: string;
  readonly buildx: { command: string; env: Record<string, string> };
  readonly network: EngineNetwork;
  readonly outside: OutsideDocker | undefined;
  readonly #options: RunningEngineOptions;
  readonly #layers: LayerReader;
  readonly #listeners = new Set<() => void>();
  /** Slots that are being given back while nobody waits for it. */
  readonly #releasing = new Map<string, Promise<void>>();
  readonly #lastSlots = new LastSlots();
  #generation: string;
  #restarted: Promise<void> | undefined;
  #released: Promise<void> | undefined;
  #stopWatching: () => void = () => {};
  #failedPings = 0;
  #pingTimer: NodeJS.Timeout | undefined;

  /** @throws StagecraftError `engine_unavailable` when the agent does not answer */
  static async connect(options: RunningEngineOptions): Promise<RunningEngine> {
    const engine = new RunningEngine(options, await readStatus(options.instance));
    engine.#watch();
    return engine;
  }

  private constructor(options: RunningEngineOptions, status: AgentStatus) {
    const { instance } = options;
    this.#options = options;
    this.#generation = status.generation;
    this.outside = options.outside;
    this.socketPath = instance.dockerSocket;
    // Without `host: undefined` a DOCKER_HOST in the user's environment would win over the socket.
    this.docker = new Docker({ socketPath: instance.dockerSocket, host: undefined, port: undefined, protocol: 'http' });
    this.#layers = new LayerReader(this.docker, instance.agentSocket);
    const { buildGateway, runNetworkName, runGateway, mirrorPort, httpsPort } = engineNetwork;
    this.network = { buildGateway, runNetworkName, runGateway, mirrorPort, httpsPort, httpsHostNames };
    this.buildx = {
      command: options.buildxCommand,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: instance.buildxDir,
        DOCKER_HOST: `unix://${instance.dockerSocket}`,
        // The user's own Docker configuration (credential helpers, contexts) has no place here.
        DOCKER_CONFIG: instance.buildxDir,
        BUILDX_CONFIG: instance.buildxDir,
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        // Otherwise it runs git in every context, for an attestation that nobody asks for.
        BUILDX_GIT_INFO: 'false',
      },
    };
  }

  acquireSlot(signal?: AbortSignal, { stepsOf }: { stepsOf?: string } = {}): Promise<Slot> {
    const busy = 'All slots stayed busy for too long. Try again later.';
    return this.#acquire({ kind: 'slots', timeoutMs: limits.slot.acquireTimeoutMs, busy, stepsOf }, signal);
  }

  acquireTerminal(signal?: AbortSignal): Promise<Slot> {
    const busy = `All ${limits.terminal.count} places for terminals are taken. Try again in a few minutes.`;
    return this.#acquire({ kind: 'terminals', timeoutMs: limits.terminal.acquireTimeoutMs, busy }, signal);
  }

  async #acquire({ kind, timeoutMs, busy, stepsOf }: SlotWanted, signal?: AbortSignal): Promise<Slot> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    for (;;) {
      await this.#untilBack(either);
      try {
        await this.#makeRoom(either);
        const preferred = stepsOf === undefined ? undefined : this.#lastSlots.get(stepsOf);
        // Given back in the background; the moment until then is shorter than building steps again.
        if (preferred !== undefined) await this.#releasing.get(`/slot${preferred}`);
        const { agentSocket } = this.#options.instance;
        const lease = await holdLease(agentSocket, { kind, preferred }, either);
        if (stepsOf !== undefined) this.#lastSlots.set(stepsOf, lease.grant.number);
        return leasedSlot(lease, { agentSocket, releasing: this.#releasing });
      } catch (error) {
        if (deadline.aborted && !signal?.aborted) {
          throw new StagecraftError('too_many', busy, { retryable: true });
        }
        if ((error as StagecraftError).code !== 'engine_unavailable' || this.#released !== undefined) throw error;
        await wait(50, undefined, { signal: either }).catch(() => {});
      }
    }
  }

  async probe(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResponse> {
    const timeoutMs = request.timeoutMs + 5_000;
    const call = { method: 'POST', path: '/probe', body: request, timeoutMs, signal } as const;
    return (await callAgent(this.#options.instance.agentSocket, call)) as ProbeResponse;
  }

  layers(imageId: string, signal?: AbortSignal): Promise<LayerIndex[]> {
    return this.#layers.layers(imageId, signal);
  }

  searchLayers(
    request: { imageId: string; diffIds: string[]; needle: string },
    signal?: AbortSignal,
  ): Promise<LayerMatch[]> {
    return this.#layers.search(request, signal);
  }

  async publishPackages(signal?: AbortSignal): Promise<void> {
    await this.#options.publishPackages?.(signal);
  }

  async diskFreeBytes(): Promise<number> {
    return (await this.#room()).freeBytes;
  }

  async #room(): Promise<{ freeBytes: number; minBytes: number }> {
    const { instance, publishPackages } = this.#options;
    const [status, host] = await Promise.all([readStatus(instance), statfs(instance.dir)]);
    const holdsBytes = publishPackages ? Number.MAX_SAFE_INTEGER : host.bavail * host.bsize - hostReserveBytes;
    const freeBytes = Math.max(0, Math.min(status.diskFreeBytes, holdsBytes));
    // A tenth of a small disk is enough.
    return { freeBytes, minBytes: Math.min(limits.engine.diskFreeBytesMin, status.diskBytes / 10) };
  }

  async tidy(signal?: AbortSignal): Promise<void> {
    const { agentSocket } = this.#options.instance;
    const tell = (path: string): Promise<unknown> =>
      callAgent(agentSocket, { method: 'POST', path, timeoutMs: 10_000 });
    const target = {
      docker: this.docker,
      isFull: async () => {
        const { freeBytes, minBytes } = await this.#room();
        return freeBytes < minBytes;
      },
      relieve: () => tell('/disk/relieve'),
      settle: () => tell('/disk/settle'),
      whileNobodyBuilds: async (work: () => Promise<void>, { wait }: { wait: boolean }) => {
        const quiet = await holdQuiet(agentSocket, { ifIdle: !wait, signal });
        try {
          if (quiet !== undefined) await work();
        } finally {
          quiet?.close();
        }
      },
    };
    await tidy(target, signal);
  }

  /** No build is started on a full disk. @throws StagecraftError `disk_full` when pruning does not help */
  async #makeRoom(signal: AbortSignal): Promise<void> {
    const before = await this.#room();
    if (before.freeBytes >= before.minBytes) return;
    await this.tidy(signal);
    const { freeBytes, minBytes } = await this.#room();
    if (freeBytes >= minBytes) return;
    throw new StagecraftError(
      'disk_full',
      `The sandbox engine has ${Math.floor(freeBytes / 1024 ** 2)} MiB of disk left and needs ${Math.floor(minBytes / 1024 ** 2)} MiB for a build. Make room on the disk that holds ${this.#options.instance.dir}.`,
      { retryable: true },
    );
  }

  onRestart(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  release(): Promise<void> {
    this.#released ??= (async () => {
      this.#stopWatching();
      clearInterval(this.#pingTimer);
      await this.#restarted?.catch(() => {});
      await Promise.all(this.#releasing.values());
      await this.#options.leave();
    })();
    return this.#released;
  }

  #watch(): void {
    this.#stopWatching = watchAlive(this.#options.instance.agentSocket, () => this.#lost());
    this.#pingTimer ??= setInterval(() => void this.#ping(), limits.engine.watchdogIntervalMs).unref();
  }

  /** An agent that is there but does not answer is as good as gone. */
  async #ping(): Promise<void> {
    if (this.#restarted !== undefined || this.#released !== undefined) return;
    try {
      await readStatus(this.#options.instance);
      this.#failedPings = 0;
    } catch {
      this.#failedPings += 1;
      if (this.#failedPings >= failedPingsMax) this.#lost();
    }
  }

  #lost(): void {
    if (this.#released !== undefined || this.#restarted !== undefined) return;
    this.#stopWatching();
    this.#restarted = this.#bringBack().finally(() => {
      this.#restarted = undefined;
    });
    // Who waits for the engine sees the failure; nobody else has to.
    this.#restarted.catch(() => {});
  }

  async #bringBack(): Promise<void> {
    for (let attempt = 0; this.#released === undefined; attempt += 1) {
      try {
        await this.#options.revive();
        const { generation } = await readStatus(this.#options.instance);
        this.#failedPings = 0;
        this.#watch();
        if (generation !== this.#generation) {
          this.#generation = generation;
          for (const listener of this.#listeners) listener();
        }
        return;
      } catch (error) {
        console.error('The sandbox engine could not be restarted:', error);
        await wait(reviveAgainMs[Math.min(attempt, reviveAgainMs.length - 1)], undefined, { ref: false });
      }
    }
  }

  async #untilBack(signal: AbortSignal): Promise<void> {
    if (this.#released !== undefined) throw unavailable(new Error('This use of the engine has ended.'));
    const back = this.#restarted;
    if (back === undefined) return;
    await Promise.race([
      back,
      new Promise<never>((_, reject) => {
        const fail = (): void =>
          reject(new StagecraftError('cancelled', 'Waiting for the sandbox engine was cancelled.'));
        if (signal.aborted) fail();
        signal.addEventListener('abort', fail, { once: true });
      }),
    ]);
  }
}

function readStatus(instance: Instance): Promise<AgentStatus> {
  return readAgentStatus(instance.agentSocket, pingTimeoutMs);
}
