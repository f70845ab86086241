/**
 * Counts OOM kills per slot from the kernel's log: on cgroup v1 the counters of a slot stay 0 when a container below it
 * is killed, but the log names the group whose limit was hit. Where the log can't be read, nothing is counted.
 */
import { constants, openSync, readSync } from 'node:fs';

/** The group whose limit was hit, from a line like `oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/x/slot1,…`. */
export function groupOfOomKill(record: string): string | undefined {
  return /oom-kill:constraint=CONSTRAINT_MEMCG.*[,;]oom_memcg=([^,;\n]+)/.exec(record)?.[1];
}

export class OomLog {
  readonly #engine: string;
  readonly #fd: number | undefined;
  readonly #counts = new Map<string, number>();

  /** @param engine what the name of the engine's own group contains: other engines on this machine write to the same log */
  constructor(engine: string, path = '/dev/kmsg') {
    this.#engine = engine;
    try {
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      this.#fd = undefined;
    }
    this.#drain();
  }

  /** Kills so far at the limit of a slot's group or of a group below it. */
  killsIn(slot: string): number {
    this.#drain();
    let sum = 0;
    for (const [group, count] of this.#counts) {
      const parts = group.split('/');
      // Docker names a container's group by its id, with systemd as `docker-<id>.scope`.
      if (parts.some((part) => part.includes(this.#engine)) && parts.includes(slot)) sum += count;
    }
    return sum;
  }

  #drain(): void {
    if (this.#fd === undefined) return;
    const buffer = Buffer.allocUnsafe(8192);
    for (;;) {
      let bytes: number;
      try {
        bytes = readSync(this.#fd, buffer, 0, buffer.length, null);
      } catch (error) {
        // EPIPE: records were overwritten before they were read; the next read goes on behind them.
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') continue;
        return;
      }
      if (bytes === 0) return;
      const group = groupOfOomKill(buffer.toString('utf8', 0, bytes));
      if (group !== undefined) this.#counts.set(group, (this.#counts.get(group) ?? 0) + 1);
    }
  }
}
