/**
 * One open shell and the page that looks at it: passes on what both say, survives a page that is gone for a moment, and
 * ends at its limits. However it ends, its container is removed and its slot given back.
 */
import type { FromPage, FromShell, TerminalEnd, TerminalMode, TerminalSize } from '../contract/terminal.ts';
import { sentenceFor } from '../errors.ts';
import type { limits } from '../limits.ts';
import { Allowance } from './allowance.ts';
import { OutputFlow } from './output-flow.ts';
import type { ShellProcess } from './shell-process.ts';

export type TerminalLimits = Record<keyof typeof limits.terminal, number>;

/** The page's end of the socket. */
export interface Page {
  tell(message: FromShell): void;
  output(bytes: Uint8Array): void;
  close(): void;
}

export interface TerminalSessionOptions {
  mode: TerminalMode;
  /** What the page calls it. */
  shell: string;
  limits: TerminalLimits;
  start: (signal: AbortSignal) => Promise<ShellProcess>;
  /** Told once, when everything of it is gone. */
  onGone: () => void;
  /** A fault of ours, for the log. */
  onFault: (error: unknown) => void;
}

type Timer = 'idle' | 'idle soon' | 'total' | 'total soon' | 'grace';

export class TerminalSession {
  readonly #options: TerminalSessionOptions;
  readonly #aborted = new AbortController();
  readonly #timers = new Map<Timer, NodeJS.Timeout>();
  readonly #messages: Allowance;
  readonly #inputBytes: Allowance;
  #page: Page | undefined;
  #starting: Promise<ShellProcess> | undefined;
  #process: ShellProcess | undefined;
  #flow: OutputFlow | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: TerminalSessionOptions) {
    this.#options = options;
    this.#messages = new Allowance(options.limits.messagesPerSecond);
    this.#inputBytes = new Allowance(options.limits.inputBytesPerSecond);
  }

  get mode(): TerminalMode {
    return this.#options.mode;
  }

  get running(): boolean {
    return this.#ended === undefined;
  }

  /** Starts the shell for its first page. Never throws: what fails is told to the page. */
  async start(page: Page, size: TerminalSize): Promise<void> {
    this.#page = page;
    this.#limitTime('total', this.#options.limits.totalMs);
    this.#touch();
    try {
      const timeout = AbortSignal.timeout(this.#options.limits.startTimeoutMs);
      this.#starting = this.#options.start(AbortSignal.any([this.#aborted.signal, timeout]));
      const process = await this.#starting;
      if (this.running) this.#begin(process, size);
    } catch (error) {
      if (this.running) this.#options.onFault(error);
      await this.end({ reason: 'failed', message: sentenceFor(error) });
    }
  }

  #begin(process: ShellProcess, size: TerminalSize): void {
    this.#process = process;
    this.#flow = new OutputFlow({
      stream: process.stream,
      limits: this.#options.limits,
      onTooMuch: () => void this.end({ reason: 'output' }),
    });
    process.resize(size);
    process.ended.then(({ exitCode, oomKilled }) => {
      const engineGone = { reason: 'failed' as const, message: 'The sandbox engine was started anew.' };
      const end = exitCode === undefined ? engineGone : { reason: 'exited' as const, exitCode, oomKilled };
      // The last words of the shell are still on their way.
      setTimeout(() => void this.end(end), lastWordsMs);
    });
    if (this.#page !== undefined) this.#show(this.#page, 0);
  }

  /** A page takes the shell over, after its connection broke or from another tab. */
  attach(page: Page, { size, seen }: { size: TerminalSize; seen: number }): void {
    const before = this.#page;
    this.#page = page;
    before?.tell({ type: 'moved' });
    before?.close();
    this.#clear('grace');
    this.#process?.resize(size);
    this.#show(page, seen);
  }

  #show(page: Page, seen: number): void {
    if (this.#flow === undefined) return;
    const { at, replay } = this.#flow.attach((bytes) => page.output(bytes), seen);
    page.tell({ type: 'opened', mode: this.mode, shell: this.#options.shell, at });
    replay();
  }

  /** Its page went away, and has a while to come back. One that was replaced changes nothing. */
  detach(page: Page): void {
    if (this.#page !== page || !this.running) return;
    this.#page = undefined;
    this.#flow?.detach();
    this.#set('grace', this.#options.limits.graceMs, () => void this.end({ reason: 'lost' }));
  }

  receive(page: Page, message: FromPage): void {
    if (this.#page !== page || !this.running) return;
    if (!this.#messages.take(1)) void this.end({ reason: 'misused' });
    else if (message.type === 'ack') this.#flow?.ack(message.bytes);
    else if (message.type === 'resize') this.#process?.resize(message);
    else if (message.type === 'end') void this.end({ reason: 'ended' });
    else this.#type(message.data);
  }

  #type(data: string): void {
    const bytes = Buffer.from(data);
    if (!this.#inputBytes.take(bytes.length)) {
      void this.end({ reason: 'misused' });
      return;
    }
    this.#touch();
    const stream = this.#process?.stream;
    if (stream === undefined) return;
    if (stream.writableLength > this.#options.limits.inputWaitingBytesMax) {
      this.#page?.tell({ type: 'warning', reason: 'input' });
      return;
    }
    stream.write(bytes);
  }

  /** Resolves when container and slot are gone. The first reason counts. */
  end(end: TerminalEnd): Promise<void> {
    this.#ended ??= this.#finish(end);
    return this.#ended;
  }

  async #finish(end: TerminalEnd): Promise<void> {
    this.#aborted.abort();
    for (const name of this.#timers.keys()) this.#clear(name);
    this.#flow?.close();
    this.#page?.tell({ type: 'end', ...end });
    this.#page?.close();
    this.#page = undefined;
    // One that is just starting is gone only when it has started, or noticed.
    const process = await this.#starting?.catch(() => undefined);
    process?.stream.destroy();
    await process?.dispose();
    this.#options.onGone();
  }

  #touch(): void {
    this.#limitTime('idle', this.#options.limits.idleMs);
  }

  /** Ends it after that long, and says so before. */
  #limitTime(reason: 'idle' | 'total', ms: number): void {
    const { warnBeforeMs } = this.#options.limits;
    this.#set(reason, ms, () => void this.end({ reason }));
    const tell = () => this.#page?.tell({ type: 'warning', reason, leftMs: warnBeforeMs });
    if (ms > warnBeforeMs) this.#set(`${reason} soon`, ms - warnBeforeMs, tell);
  }

  #set(name: Timer, ms: number, then: () => void): void {
    this.#clear(name);
    this.#timers.set(name, setTimeout(then, ms));
  }

  #clear(name: Timer): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/** What a shell writes as it ends arrives beside the news of its end. */
const lastWordsMs = 100;
