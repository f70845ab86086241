/**
 * Runs promises that belong together: when one fails, the others are told to stop, and nothing is left running when the
 * failure is passed on. (`Promise.all` leaves the rest to itself.)
 */
export async function allTogether<T extends object>(
  start: (signal: AbortSignal) => { [Key in keyof T]: Promise<T[Key]> },
  signals: readonly AbortSignal[],
): Promise<T> {
  const failed = new AbortController();
  const running = start(AbortSignal.any([...signals, failed.signal]));
  const entries = Object.entries(running) as [string, Promise<unknown>][];
  let cause: unknown;
  const watched = entries.map(([, promise]) =>
    promise.catch((error: unknown) => {
      if (!failed.signal.aborted) cause = error;
      failed.abort(error);
      throw error;
    }),
  );
  const settled = await Promise.allSettled(watched);
  if (failed.signal.aborted) throw cause;
  return Object.fromEntries(
    settled.map((outcome, index) => [entries[index]?.[0], outcome.status === 'fulfilled' ? outcome.value : undefined]),
  ) as T;
}
