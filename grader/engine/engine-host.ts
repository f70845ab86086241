/** What differs between the kinds of hosts that an engine can be launched on; what is the same is in `launcher.ts`. */
import type { ProgressSink } from '../progress.ts';
import type { AgentStatus } from './agent/protocol.ts';
import type { EngineStatus, Launcher, OutsideDocker } from './engine.ts';
import type { Instance } from './instance.ts';

/** The paths in this process's file system that lead to the engine. */
export type EngineSockets = Pick<Instance, 'dockerSocket' | 'agentSocket'>;

export interface PrepareOptions {
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
}

/** All that `boot` needs and that takes long to make: made once, outside of the installation's lock. */
export interface Prepared {
  /** The root file system's folder, or the image. */
  root: string;
  buildxCommand: string;
  outside?: OutsideDocker;
  /** Where the engine is on another machine's disk: brings newly filled packages there. */
  publishPackages?: (signal?: AbortSignal) => Promise<void>;
}

/** An engine that answers. */
export interface Alive extends Pick<EngineStatus, 'pid' | 'startedAt' | 'recipe'> {
  agent: AgentStatus;
}

/** The caller holds the installation's lock for everything but `missing` and `prepare`. */
export interface EngineHost {
  readonly kind: Launcher['kind'];
  /** One sentence each with what to do; empty when an engine can start here. */
  missing(): Promise<string[]>;
  /** Installs, downloads and unpacks. @throws StagecraftError `host_lacks` */
  prepare(options: PrepareOptions): Promise<Prepared>;
  /** What a start would launch now; another recipe is another engine. */
  recipe(): string;
  /** They need not exist while no engine runs. */
  sockets(): Promise<EngineSockets>;
  alive(): Promise<Alive | undefined>;
  /** @throws StagecraftError `engine_unavailable`; then nothing is left running */
  boot(prepared: Prepared, signal?: AbortSignal): Promise<void>;
  /** Ends the engine as gently as it lets us, and clears what it leaves on the machine. Data stays. */
  end(): Promise<void>;
  /** Clears what a killed engine left, without waiting for anything to end by itself. */
  clear(): Promise<void>;
  /** After `end`: removes the engine's data and all that was made for this installation. */
  remove(): Promise<void>;
}
