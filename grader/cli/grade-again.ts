import { setTimeout } from 'node:timers/promises';
import { isCancelled, StagecraftError, sentenceFor } from '../errors.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';

/**
 * Grades once more after a fault that may have passed, as the queue does for the server: BuildKit of Docker 26.1 now and
 * then ends its daemon (a nil pointer in `walkProvenance`, mended later by moby/buildkit's pull request 5606), and the
 * engine is up again after seconds. It falls over two builds of the same steps at once, so both are not tried again at the
 * same moment. A log of the first try has been emitted by then.
 * @param told with the sentence of each fault that is not the last
 * @param wait for the engine to be up again; ms
 */
export function gradingAgain(
  grade: Grade,
  told: (sentence: string) => void,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = (ms, signal) => setTimeout(ms, undefined, { signal }),
): Grade {
  return async (request, options) => {
    for (let delivery = 1; ; delivery += 1) {
      try {
        return await grade(request, options);
      } catch (error) {
        const passing = error instanceof StagecraftError && error.retryable && !isCancelled(error);
        if (!passing || delivery >= limits.queue.deliveriesMax) throw error;
        told(`${request.exercise}: ${sentenceFor(error)} It is tried again.`);
        await wait(limits.queue.retryDelaySeconds * 1000 * 2 ** (delivery - 1 + Math.random()), options.signal);
      }
    }
  };
}
