/**
 * The promise's outcome, or the signal's reason as soon as it fires. For calls that can't be cancelled themselves: what
 * they still bring is dropped, so never use it for a call that makes something which must be removed.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Resolves after the time, or rejects with the signal's reason. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, durationMs);
  });
  return unlessAborted(elapsed, signal).finally(() => clearTimeout(timer));
}
