/** What the attacks brought back, as plain data: recorded from real engines for the tests of the judge. */
import type { SlotUsage } from '../engine/engine.ts';

export interface Try {
  result: string;
  /** The words of whoever refused, or what was got. */
  text: string;
}

/** One going of the attack program. */
export interface Attack {
  tries: Record<string, Try>;
  /** Addresses of this machine at which a connection arrived meanwhile. */
  bites: string[];
  /** Why it did not come to its end. */
  trouble?: string;
}

export interface Observed {
  allowed: {
    build: Allowance & { diskBytes: number };
    run: Allowance & { fileBytes: number };
  };
  /** Processors of the machine. */
  cpus: number;
  /** A server of ours on each address of this machine, opened for the time of the test. */
  bait: { addresses: string[] };
  build: Attack & { usage: SlotUsage };
  /** The cache mount of one learner, as their own next build and as another learner's build saw it. */
  cacheMount: { seenByOwner: boolean };
  /** A remote ADD, which the daemon itself would do. */
  remoteAdd: { target: string; built: boolean; text: string; bites: string[] };
  run: Attack;
  /** Another learner's container on the run network, asked by the grader. */
  neighbour: { answered: boolean };
}

export interface Allowance {
  memoryBytes: number;
  pids: number;
  cpus: number;
}

/**
 * Reads the attack program's lines, `<mark> <name> <result> <words>`. The mark is random: nothing else that is printed can
 * pass for one of them.
 */
export function readTries(log: string, mark: string): Record<string, Try> {
  const tries: Record<string, Try> = {};
  for (const line of log.split('\n')) {
    const at = line.indexOf(`${mark} `);
    const [name, result, ...words] = at < 0 ? [] : line.slice(at + mark.length + 1).split(' ');
    if (name && result) tries[name] = { result, text: words.join(' ').trim() };
  }
  return tries;
}
