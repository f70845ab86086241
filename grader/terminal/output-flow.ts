/**
 * What a shell writes, on its way to its page: remembered for a page that comes back, and no faster than the page reads
 * and the limits allow. A shell that writes more waits, as it would for a slow terminal.
 */
import type { Readable } from 'node:stream';
import { limits } from '../limits.ts';

export type FlowLimits = Pick<
  Record<keyof typeof limits.terminal, number>,
  'replayBytes' | 'windowBytes' | 'outputBytesPerSecond' | 'outputBytesMax'
>;

export interface OutputFlowOptions {
  stream: Pick<Readable, 'on' | 'pause' | 'resume'>;
  /** More was written than is ever passed on. */
  onTooMuch: () => void;
  limits?: FlowLimits;
  now?: () => number;
}

export type Sink = (bytes: Uint8Array) => void;

export class OutputFlow {
  readonly #options: Required<OutputFlowOptions>;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #total = 0;
  #acked = 0;
  #sink: Sink | undefined;
  #allowance: number;
  #countedAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutputFlowOptions) {
    this.#options = { limits: limits.terminal, now: Date.now, ...options };
    this.#allowance = this.#options.limits.outputBytesPerSecond;
    this.#countedAt = this.#options.now();
    options.stream.on('data', (chunk: Buffer) => this.#take(chunk));
    options.stream.pause();
  }

  /**
   * Passes on what the page has not seen, and then what comes.
   * @returns the number of the first byte that is passed on; not `seen` when the page has to begin anew
   */
  attach(sink: Sink, seen: number): { at: number; replay: () => void } {
    const oldest = this.#total - this.#keptBytes;
    const at = seen >= oldest && seen <= this.#total ? seen : oldest;
    const replay = () => {
      this.#sink = sink;
      this.#acked = at;
      const fresh = Buffer.concat(this.#kept).subarray(at - oldest);
      if (fresh.length > 0) sink(fresh);
      this.#steer();
    };
    return { at, replay };
  }

  /** Nothing is read until a page is there again. */
  detach(): void {
    this.#sink = undefined;
    this.#steer();
  }

  /** The page has read everything before this byte. */
  ack(upTo: number): void {
    this.#acked = Math.max(this.#acked, Math.min(upTo, this.#total));
    this.#steer();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #take(chunk: Buffer): void {
    const { replayBytes, outputBytesMax } = this.#options.limits;
    this.#total += chunk.length;
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    while (this.#keptBytes - (this.#kept[0]?.length ?? 0) >= replayBytes) {
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
    }
    this.#allowance -= chunk.length;
    this.#sink?.(chunk);
    if (this.#total > outputBytesMax) this.#options.onTooMuch();
    this.#steer();
  }

  #steer(): void {
    const { stream, limits: bounds } = this.#options;
    this.#refill();
    const waiting = this.#sink === undefined || this.#total - this.#acked > bounds.windowBytes;
    const missing = -this.#allowance;
    clearTimeout(this.#timer);
    if (waiting || missing > 0) stream.pause();
    else stream.resume();
    if (!waiting && missing > 0) {
      this.#timer = setTimeout(() => this.#steer(), Math.ceil((missing * 1_000) / bounds.outputBytesPerSecond));
    }
  }

  #refill(): void {
    const { now, limits: bounds } = this.#options;
    const at = now();
    const earned = ((at - this.#countedAt) * bounds.outputBytesPerSecond) / 1_000;
    this.#allowance = Math.min(bounds.outputBytesPerSecond, this.#allowance + earned);
    this.#countedAt = at;
  }
}
