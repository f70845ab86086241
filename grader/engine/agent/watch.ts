/**
 * Notices when dockerd no longer answers or spins. A parser bomb pins a core and survives the cancelling of its build, so
 * processor use without any client and without any leased slot means that nothing good is being computed.
 */
import { readFileSync } from 'node:fs';

export interface WatchOptions {
  intervalMs: number;
  spinMs: number;
  pingTimeoutMs: number;
  cpuMs: () => number;
  ping: (timeoutMs: number) => Promise<void>;
  /** Whether anyone has work in dockerd: a leased slot or an open connection. */
  inUse: () => boolean;
  /** Small things to do at every look. */
  housekeep?: () => void;
  onUnfit: (why: string) => void;
}

/** An idle dockerd uses about a hundredth of a processor; a spinning one, on a crowded machine, may get only a fifth. */
const busyShare = 0.1;
const failedLooksMax = 3;

export class Watch {
  readonly #options: WatchOptions;
  #lastCpuMs = 0;
  #spinningMs = 0;
  #failedLooks = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#lastCpuMs = options.cpuMs();
  }

  /** One look. Separate from the timer so that tests need no clock. */
  async look(): Promise<void> {
    const { spinMs, pingTimeoutMs } = this.#options;
    try {
      this.#measure();
      if (this.#spinningMs < spinMs) await this.#options.ping(pingTimeoutMs);
      this.#failedLooks = 0;
    } catch {
      this.#failedLooks += 1;
    }
    if (this.#spinningMs >= spinMs)
      this.#options.onUnfit(`dockerd used a processor for ${this.#spinningMs} ms with no build running`);
    else if (this.#failedLooks >= failedLooksMax)
      this.#options.onUnfit(`dockerd did not answer ${failedLooksMax} times`);
  }

  /** @throws when the machine has no file to spare for a look into `/proc` */
  #measure(): void {
    const { intervalMs } = this.#options;
    this.#options.housekeep?.();
    const cpuMs = this.#options.cpuMs();
    const busy = cpuMs - this.#lastCpuMs >= intervalMs * busyShare;
    this.#lastCpuMs = cpuMs;
    this.#spinningMs = busy && !this.#options.inUse() ? this.#spinningMs + intervalMs : 0;
  }

  start(): void {
    const again = (): void => {
      setTimeout(async () => {
        await this.look();
        again();
      }, this.#options.intervalMs).unref();
    };
    again();
  }
}

/**
 * Open connections to a unix socket, from the text of `/proc/net/unix`; state 03 is "connected". They are listed in the
 * network namespace of the client: one outside the engine's is not seen, and takes a slot for what it does.
 */
export function connectionsTo(socketPath: string, procNetUnix: string): number {
  return procNetUnix.split('\n').filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[5] === '03' && fields[7] === socketPath;
  }).length;
}

export function readConnectionsTo(socketPath: string): number {
  return connectionsTo(socketPath, readFileSync('/proc/net/unix', 'utf8'));
}
