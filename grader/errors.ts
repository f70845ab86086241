/**
 * Our own faults and refusals. A learner's mistake is never one of these: it is a value (a finding or a verdict).
 *
 * `message` is a sentence for a person: what was expected, what was found, where, what to do. The raw error stays in
 * `cause` and goes to the log with an id.
 */
export type ErrorCode =
  | 'bad_input'
  | 'not_found'
  | 'not_permitted'
  | 'too_large'
  | 'too_many'
  | 'conflict'
  | 'cancelled'
  | 'not_ready'
  | 'engine_unavailable'
  | 'disk_full'
  | 'host_lacks'
  | 'internal';

export interface ErrorOptions {
  /** Whether the same call may succeed later without a change by the caller. */
  retryable?: boolean;
  cause?: unknown;
}

export class StagecraftError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'StagecraftError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** The sentence to show for any thrown value; unknown ones say so without leaking their text. */
export function sentenceFor(error: unknown): string {
  if (error instanceof StagecraftError) return error.message;
  return 'Something went wrong on our side; the details are in the log.';
}

export function isCancelled(error: unknown): boolean {
  return (
    (error instanceof StagecraftError && error.code === 'cancelled') ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
