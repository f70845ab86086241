/**
 * The sandbox engine as the rest of the grader sees it: a dedicated Docker Engine without egress.
 *
 * Absent on purpose: nothing here knows exercises, checks or submissions, and no method publishes a port.
 */
import type Docker from 'dockerode';
import type { LayerEntry } from '../contract/layers.ts';
import type { ProgressSink } from '../progress.ts';

/** What starts, finds and stops an engine on one kind of host. */
export interface Launcher {
  readonly kind: 'host' | 'docker' | 'external';
  /** What this machine lacks for this launcher, one sentence each with what to do; empty when it can start. */
  missing(): Promise<string[]>;
  /** Installs what is needed, adopts a running engine of the same recipe or clears what a crash left, and starts. */
  start(options: { progress: ProgressSink; signal?: AbortSignal }): Promise<Engine>;
  /** The running engine, or undefined; starts nothing. */
  status(): Promise<EngineStatus | undefined>;
  /** Ends every process, mount, loop device, cgroup and namespace of the engine. Data stays. */
  stop(): Promise<void>;
  /** Stops it and removes its data and everything else that was made for this installation. */
  remove(): Promise<void>;
}

export interface EngineStatus {
  launcher: Launcher['kind'];
  /** Of the engine's first process, as this machine numbers it. */
  pid: number;
  startedAt: string;
  dockerVersion: string;
  recipe: string;
  diskBytes: number;
  diskFreeBytes: number;
  /** Pids of the Stagecraft processes that use it (server, CLI); the last one to leave stops it. */
  users: number[];
}

export interface Engine {
  /** The daemon's API over its unix socket. */
  readonly docker: Docker;
  readonly socketPath: string;
  /** `docker-buildx` and the environment it needs, to be spawned by `grader/build`. */
  readonly buildx: { command: string; env: Record<string, string> };
  /** The Docker that the engine is a container of, where it is one: for trusted work that needs Debian or a network. */
  readonly outside?: OutsideDocker | undefined;
  /**
   * The slots of all processes on this engine: waits its turn. Never hands out a slot whose limits are not in force.
   * @param options.stepsOf who will build: gets the slot of the last time if it is free, and so finds the steps cached
   */
  acquireSlot(signal?: AbortSignal, options?: { stepsOf?: string }): Promise<Slot>;
  /** A small slot for a learner's terminal, of which there are a few beside the others: refuses soon when none is free. */
  acquireTerminal(signal?: AbortSignal): Promise<Slot>;
  /** One HTTP request to a learner's container by IP, from inside the engine's network namespace. */
  probe(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResponse>;
  /** The layers of an image from the bottom up. Indexed once by diff id and kept, so a big base costs nothing. */
  layers(imageId: string, signal?: AbortSignal): Promise<LayerIndex[]>;
  /** Searches the bytes of every file of the given layers for a text (also base64 and gzip members' plain text). */
  searchLayers(
    request: { imageId: string; diffIds: string[]; needle: string },
    signal?: AbortSignal,
  ): Promise<LayerMatch[]>;
  /** Where the package mirror and the course's HTTPS service listen, as seen from builds and from runs. */
  readonly network: EngineNetwork;
  /** To be called when packages were filled: an engine on another machine does not see this one's folders. */
  publishPackages(signal?: AbortSignal): Promise<void>;
  diskFreeBytes(): Promise<number>;
  /** Prunes by record count, while nobody builds, and by free space; cheap when there is nothing to do. */
  tidy(signal?: AbortSignal): Promise<void>;
  /** Fires when the watchdog restarted the daemon: running builds were lost and may be retried. */
  onRestart(listener: () => void): () => void;
  /** Leaves the engine; the last user stops it. */
  release(): Promise<void>;
}

/** The user's own Docker. Nothing of a learner's ever runs there. */
export interface OutsideDocker {
  docker: Docker;
  /** The engine's own image: a Debian with apt. */
  image: string;
  /** For everything made there, so that `engine remove` finds it. */
  labels: Record<string, string>;
}

export interface EngineNetwork {
  /** The address of the mirror on the build bridge, e.g. `10.213.0.1`. */
  buildGateway: string;
  /** The internal network that learners' containers run on, without ICC. */
  runNetworkName: string;
  runGateway: string;
  mirrorPort: number;
  /** HTTPS with a certificate of the sandbox CA; answers on the run gateway. */
  httpsPort: number;
  /** Names in that certificate, e.g. `clock.stagecraft.test`; a run resolves them by `ExtraHosts` to `runGateway`. */
  httpsHostNames: string[];
}

export interface Slot {
  readonly number: number;
  /** For `buildx --cgroup-parent` and `HostConfig.CgroupParent`, e.g. `/slot1`. */
  readonly cgroupParent: string;
  /** Peak use since it was acquired. Compare with the limits: `cmd; echo` hides an OOM kill. */
  usage(): Promise<SlotUsage>;
  /** Clean-up that nobody has to wait for: begins when what was put off before has ended. Its failures are kept quiet. */
  putOff(work: () => Promise<unknown>): void;
  /** Waits for what was put off, kills what is left in it and gives it back. Never throws. */
  release(): Promise<void>;
}

export interface SlotUsage {
  memoryPeakBytes: number;
  memoryLimitBytes: number;
  /** Times the memory limit was hit, where the kernel counts it. */
  oomKills: number;
  pidsPeak: number;
  pidsLimit: number;
}

export interface ProbeRequest {
  ip: string;
  port: number;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

export type ProbeResponse =
  | {
      ok: true;
      status: number;
      headers: Record<string, string>;
      body: string;
      bodyTruncated: boolean;
      durationMs: number;
    }
  | { ok: false; reason: 'refused' | 'timeout' | 'reset' | 'not_http' | 'unreachable'; message: string };

export type { LayerEntry };

export interface LayerIndex {
  diffId: string;
  /** The sum of the files' sizes, hard links once. */
  sizeBytes: number;
  /** gzip of the layer's tar, measured here once per diff id (not byte-identical with a registry's). */
  compressedBytes: number;
  entries: LayerEntry[];
  /** True when the layer has more entries than the limit; `entries` is then cut. */
  truncated: boolean;
  /** The image as a whole was too much; in another one this layer may well be listed. */
  withheld?: true;
}

export interface LayerMatch {
  diffId: string;
  path: string;
  how: 'plain' | 'base64' | 'gzip';
}
