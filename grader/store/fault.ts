/** When the database is away, and for how long a write may wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';

const awayCodes = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
]);

function innermost(error: unknown): { code?: string; message?: string } {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? innermost(cause) : (error as { code?: string; message?: string });
}

/** Whether the same statement may well succeed a moment later: the server restarts, or the connection broke. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message } = innermost(error);
  return (
    (code !== undefined && awayCodes.has(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(message ?? '')
  );
}

/** Tries again through a short outage. `write` must be safe to repeat when its answer was lost. */
export async function throughOutages<T>(write: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = Date.now() + limits.store.outageMs;
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1_000)) {
    try {
      return await write();
    } catch (error) {
      if (!isOutage(error) || Date.now() > deadline || signal?.aborted) throw error;
      await sleep(delayMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** PostgreSQL's own errors, where a person can do something about them. */
export function explainStoreError(error: unknown): unknown {
  const { code } = error instanceof Error ? innermost(error) : {};
  if (code === '53100') {
    return new StagecraftError(
      'disk_full',
      'The disk of the database is full, so nothing can be saved. Free some space and try again.',
      { cause: error, retryable: true },
    );
  }
  // Its own pool was closed: we are shutting down.
  const closing = error instanceof Error && /after calling end on the pool/.test(innermost(error).message ?? '');
  if (closing || isOutage(error)) {
    return new StagecraftError('not_ready', 'The database is not answering just now. Try again in a few seconds.', {
      cause: error,
      retryable: true,
    });
  }
  return error;
}
