import { useEffect, useState } from 'preact/hooks';
import type { SubmissionSummary } from '../../../grader/contract/submission.ts';
import { getSubmissions } from '../../api/client.ts';

/** This learner's attempts at an exercise, newest first; asked for again whenever `moment` changes. */
export function useAttempts(exercise: string, moment: string | undefined): readonly SubmissionSummary[] {
  const [attempts, setAttempts] = useState<readonly SubmissionSummary[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    getSubmissions(exercise, { signal: stop.signal }).then(
      (found) => setAttempts(found),
      // Without the list, what is on screen stays.
      () => {},
    );
    return () => stop.abort();
  }, [exercise, moment]);
  return attempts;
}

/** The newest that was sent before a moment; without one, the newest of all. */
export function attemptBefore<Attempt extends Pick<SubmissionSummary, 'createdAt'>>(
  newestFirst: readonly Attempt[],
  createdAt: string,
): Attempt | undefined {
  return newestFirst.find((attempt) => attempt.createdAt < createdAt) ?? newestFirst[0];
}
