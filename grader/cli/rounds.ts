/** Does something again whenever files change: what `verify --watch` stands on. */
import { type FSWatcher, watch } from 'node:fs';
import { isCancelled, StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Calls `changed` once things were quiet for a moment: one save is many events. Ends watching with the function returned. */
export function watchPaths(paths: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, limits.content.watchSettleMs);
  };
  const watchers: FSWatcher[] = paths.map((path) => watch(path, { recursive: true }, settle));
  return () => {
    clearTimeout(timer);
    for (const each of watchers) each.close();
  };
}

/**
 * Begins a round now, and another after each change; a change ends the round that is under way.
 * @param begin starts watching and returns what ends it
 * @throws the signal's reason, and whatever a round throws besides being cancelled
 */
export async function everyChange(
  begin: (changed: () => void) => () => void,
  round: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<never> {
  let change = Promise.withResolvers<void>();
  let current = new AbortController();
  const stop = begin(() => {
    current.abort(new StagecraftError('cancelled', 'Files changed.'));
    change.resolve();
  });
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener('abort', end);
  ended.promise.catch(() => {});
  try {
    for (;;) {
      signal.throwIfAborted();
      change = Promise.withResolvers<void>();
      current = new AbortController();
      await round(AbortSignal.any([signal, current.signal])).catch((error: unknown) => {
        if (signal.aborted || !current.signal.aborted || !isCancelled(error)) throw error;
      });
      await Promise.race([change.promise, ended.promise]);
    }
  } finally {
    signal.removeEventListener('abort', end);
    stop();
  }
}
