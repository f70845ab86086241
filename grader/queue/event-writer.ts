/** Gathers what happens while grading and writes it in batches: one transaction per line of log would be ten times slower. */
import type { LogLine, SubmissionEvent } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import type { Database } from '../store/database.ts';
import { appendEvents, type Held } from '../store/deliveries.ts';
import { throughOutages } from '../store/fault.ts';

export interface EventWriterOptions {
  db: Database;
  held: Held;
  /** Told once when the submission is no longer ours (no error) or could not be written. */
  onStop: (error?: unknown) => void;
}

/** Lines of neighbouring log events become one event. */
export function mergeLogs(events: SubmissionEvent[]): SubmissionEvent[] {
  const merged: SubmissionEvent[] = [];
  let lines: LogLine[] | undefined;
  for (const event of events) {
    if (event.type !== 'log') {
      lines = undefined;
      merged.push(event);
      continue;
    }
    for (const line of event.lines) {
      if (!lines || lines.length >= limits.queue.linesPerEventMax) {
        lines = [];
        merged.push({ type: 'log', lines });
      }
      lines.push(line);
    }
  }
  return merged;
}

export class EventWriter {
  readonly #options: EventWriterOptions;
  #waiting: SubmissionEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /** Never throws and never blocks. */
  emit(event: SubmissionEvent): void {
    if (this.#stopped) return;
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.#flush(), limits.queue.eventBatchMs);
  }

  /** Writes what is left; nothing is taken afterwards. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeWaiting());
  }

  async #writeWaiting(): Promise<void> {
    const events = mergeLogs(this.#waiting);
    this.#waiting = [];
    if (events.length === 0 || this.#stopped) return;
    const { db, held, onStop } = this.#options;
    try {
      if (await throughOutages(() => appendEvents(db, held, events))) return;
      this.#stopped = true;
      onStop();
    } catch (error) {
      this.#stopped = true;
      onStop(error);
    }
  }
}
