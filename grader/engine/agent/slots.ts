/**
 * The slots of one engine, shared by all processes that use it.
 *
 * A lease lives exactly as long as the connection that asked for it: a client that is killed loses its slot at once,
 * without lease files, timeouts or process ids. A slot's group is made anew before each lease, so that nothing of the
 * last one is left in it and its peaks start at zero.
 */
import { randomUUID } from 'node:crypto';
import type { CgroupTree, CgroupUsage } from './cgroups.ts';
import type { CgroupLimits, LeaseGrant } from './protocol.ts';

export interface LeaseUsage extends CgroupUsage {
  memoryLimitBytes: number;
  pidsLimit: number;
}

const killTimeoutMs = 10_000;

interface Waiter {
  grant: (grant: LeaseGrant) => void;
  fail: (error: Error) => void;
  preferred: number | undefined;
}

export interface Quiet {
  /** Slots are given out again. Twice is harmless. */
  end(): void;
}

export interface SlotsOptions {
  tree: CgroupTree;
  count: number;
  limits: CgroupLimits;
  /** Of the groups' names, before their number. @default 'slot' */
  prefix?: string;
  /** OOM kills charged to a group, where the kernel's own counters miss them. */
  oomKills?: (name: string) => number;
  /** A slot that can't be cleaned makes the engine unfit. */
  onUnfit: (error: Error) => void;
}

export class Slots {
  readonly #options: SlotsOptions;
  readonly #free: number[] = [];
  readonly #leases = new Map<string, { number: number; oomKillsBefore: number }>();
  readonly #waiting: Waiter[] = [];
  /** Asked for or begun; no slot is given out meanwhile. */
  #quiet: { begin: () => void; begun: boolean } | undefined;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  #groupName(number: number): string {
    return `${this.#options.prefix ?? 'slot'}${number}`;
  }

  get leased(): number {
    return this.#leases.size;
  }

  /** Whether somebody builds, or does in a quiet time what can't be done beside builds. */
  get inUse(): boolean {
    return this.leased > 0 || this.#quiet?.begun === true;
  }

  /** Makes every slot's group; throws when a limit can't be put in force. */
  prepare(): void {
    for (let number = 1; number <= this.#options.count; number += 1) {
      this.#options.tree.create(this.#groupName(number), this.#options.limits, true);
      this.#free.push(number);
    }
  }

  /** Resolves with a slot as soon as one is free, in the order of asking; with the preferred one if that is free then. */
  acquire(signal: AbortSignal, preferred?: number): Promise<LeaseGrant> {
    return new Promise((grant, fail) => {
      const waiter: Waiter = { grant, fail, preferred };
      this.#waiting.push(waiter);
      signal.addEventListener('abort', () => {
        const place = this.#waiting.indexOf(waiter);
        if (place >= 0) this.#waiting.splice(place, 1);
        fail(new Error('The client went away while it waited for a slot.'));
      });
      this.#serve();
    });
  }

  /**
   * A time in which no slot is leased: begins when the last one is given back, and nobody gets one before its end.
   * @returns undefined when another one is asked for already, and with `ifIdle` when a slot is leased
   */
  quiet(signal: AbortSignal, { ifIdle }: { ifIdle: boolean }): Promise<Quiet | undefined> {
    if (this.#quiet !== undefined || (ifIdle && !this.#idle)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const mine = {
        begun: false,
        begin: (): void => {
          mine.begun = true;
          resolve({ end });
        },
      };
      const end = (): void => {
        if (this.#quiet !== mine) return;
        this.#quiet = undefined;
        this.#serve();
      };
      signal.addEventListener('abort', () => {
        end();
        reject(new Error('The client went away.'));
      });
      this.#quiet = mine;
      this.#serve();
    });
  }

  /** Every slot was given back, and what ran in it has ended. */
  get #idle(): boolean {
    return this.#free.length === this.#options.count;
  }

  usage(lease: string): LeaseUsage | undefined {
    const held = this.#leases.get(lease);
    if (held === undefined) return undefined;
    const name = this.#groupName(held.number);
    const usage = this.#options.tree.usage(name);
    const seen = (this.#options.oomKills?.(name) ?? 0) - held.oomKillsBefore;
    const { memoryBytes, pidsMax } = this.#options.limits;
    return {
      ...usage,
      oomKills: Math.max(usage.oomKills, seen),
      memoryLimitBytes: memoryBytes,
      pidsLimit: pidsMax,
    };
  }

  /** Kills what is left in the slot, makes its group anew and gives it to the next in line. Twice is harmless. */
  async release(lease: string): Promise<void> {
    const held = this.#leases.get(lease);
    if (held === undefined) return;
    this.#leases.delete(lease);
    const name = this.#groupName(held.number);
    try {
      await this.#options.tree.destroy(name, killTimeoutMs);
      this.#options.tree.create(name, this.#options.limits, true);
    } catch (cause) {
      this.#options.onUnfit(new Error(`Slot ${held.number} could not be cleaned.`, { cause }));
      return;
    }
    this.#free.push(held.number);
    this.#serve();
  }

  #serve(): void {
    if (this.#quiet !== undefined) {
      if (this.#idle) this.#quiet.begin();
      return;
    }
    while (this.#free.length > 0 && this.#waiting.length > 0) {
      const waiter = this.#waiting.shift() as Waiter;
      const number = this.#take(waiter.preferred);
      const name = this.#groupName(number);
      try {
        this.#options.tree.verify(name, this.#options.limits);
      } catch (cause) {
        const error = new Error(`The limits of slot ${number} are not in force.`, { cause });
        waiter.fail(error);
        this.#options.onUnfit(error);
        return;
      }
      const lease = randomUUID();
      this.#leases.set(lease, { number, oomKillsBefore: this.#options.oomKills?.(name) ?? 0 });
      waiter.grant({ lease, number, cgroupParent: `/${name}` });
    }
  }

  /** The preferred one or the lowest: a step's cache key contains its slot, so one who works alone finds steps cached. */
  #take(preferred: number | undefined): number {
    this.#free.sort((a, b) => a - b);
    const place = preferred === undefined ? -1 : this.#free.indexOf(preferred);
    return this.#free.splice(Math.max(0, place), 1)[0] as number;
  }
}
