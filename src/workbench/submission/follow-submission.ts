/**
 * Follows one submission to its end over server-sent events, across lost connections and restarts of the server: after
 * each break it asks how things stand and goes on behind the last event it has seen.
 */
import { type Submission, type SubmissionEvent, submissionEventSchema } from '../../../grader/contract/submission.ts';
import { ApiFailure, type CallOptions, eventsAddress, getSubmission } from '../../api/client.ts';
import { isOver } from './submission-state.ts';

export type Connection = 'opening' | 'live' | 'lost' | 'gone' | 'closed';

export interface FollowHandlers {
  /** `seq` is undefined for what the server says in passing and does not keep. */
  onEvent(seq: number | undefined, event: SubmissionEvent): void;
  onSubmission(submission: Submission): void;
  onConnection(connection: Connection): void;
}

/** What it needs of the world; tests bring their own. */
export interface FollowWorld {
  open(address: string): EventSource;
  get(id: string, options: CallOptions): Promise<Submission>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  /** Seq of the newest event already seen. */
  after: number;
  signal: AbortSignal;
  world?: FollowWorld;
}

const eventTypes = ['state', 'phase', 'log', 'vertex', 'check', 'restarted', 'finished', 'cancelled'] as const;
const retryMs = [300, 1_000, 2_000, 5_000] as const;

const browserWorld: FollowWorld = {
  open: (address) => new EventSource(address),
  get: getSubmission,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener('online', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      window.addEventListener('online', done);
      signal.addEventListener('abort', done);
    }),
};

/** Resolves when the submission is over and its report has been handed on, or the signal is aborted. Never rejects. */
export async function followSubmission(id: string, handlers: FollowHandlers, options: FollowOptions): Promise<void> {
  const { signal, world = browserWorld } = options;
  let after = options.after;
  let failures = 0;
  const seen = (seq: number | undefined, event: SubmissionEvent) => {
    after = Math.max(after, seq ?? 0);
    failures = 0;
    handlers.onEvent(seq, event);
  };
  handlers.onConnection('opening');
  while (!signal.aborted) {
    const ended = await readEvents(world.open(eventsAddress(id, after)), signal, {
      onEvent: seen,
      onOpen: () => handlers.onConnection('live'),
    });
    if (signal.aborted) return;
    try {
      const submission = await world.get(id, { signal });
      handlers.onSubmission(submission);
      if (isOver(submission.state) && (ended || submission.lastEventSeq <= after))
        return handlers.onConnection('closed');
      if (!ended) handlers.onConnection('lost');
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiFailure && !error.passing) return handlers.onConnection('gone');
      handlers.onConnection('lost');
    }
    await world.wait(retryMs[Math.min(failures, retryMs.length - 1)] ?? 5_000, signal);
    failures += 1;
  }
}

interface ReadHandlers {
  onEvent(seq: number | undefined, event: SubmissionEvent): void;
  onOpen(): void;
}

/** Reads one connection; true when the submission came to its end, false when the connection did. */
function readEvents(source: EventSource, signal: AbortSignal, handlers: ReadHandlers): Promise<boolean> {
  return new Promise((resolve) => {
    let newest = 0;
    const close = (ended: boolean) => {
      source.close();
      signal.removeEventListener('abort', stop);
      resolve(ended);
    };
    const stop = () => close(false);
    const read = (message: MessageEvent<string>) => {
      const event = parseEvent(message.data);
      const seq = Number(message.lastEventId);
      if (!event || !Number.isSafeInteger(seq)) return;
      // An event without an id of its own has that of the one before it.
      handlers.onEvent(seq > newest ? seq : undefined, event);
      newest = Math.max(newest, seq);
      if (event.type === 'finished' || event.type === 'cancelled') close(true);
    };
    signal.addEventListener('abort', stop);
    source.addEventListener('open', () => handlers.onOpen());
    source.addEventListener('error', () => close(false));
    for (const type of eventTypes) source.addEventListener(type, read);
    if (signal.aborted) stop();
  });
}

/** An event that this page does not know (a newer server's) is left out, not guessed at. */
function parseEvent(data: string): SubmissionEvent | undefined {
  try {
    return submissionEventSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
