import { useEffect, useState } from 'preact/hooks';
import { getSubmission, getSubmissions } from '../../api/client.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { type EarlierAttempt, savedTimes } from './saved-time.ts';

/** How far back the attempt that ran a cached step is looked for. */
const earlierAttemptsMax = 12;

/** Reports do not change: each is asked for once while the page is open. */
const known = new Map<string, EarlierAttempt>();

/** What this learner's attempts before this one ran, newest first; only as many as explain the cached steps. */
export function useEarlierAttempts(exercise: string, view: SubmissionView | undefined): readonly EarlierAttempt[] {
  const [earlier, setEarlier] = useState<readonly EarlierAttempt[]>([]);
  const cached = view?.vertexes.filter((vertex) => vertex.cached).length ?? 0;
  useEffect(() => {
    setEarlier([]);
    if (!view || cached === 0) return;
    const stop = new AbortController();
    const look = async () => {
      const list = await getSubmissions(exercise, { signal: stop.signal });
      const before = list.filter(({ attempt, state }) => attempt < view.attempt && isOver(state));
      const found: EarlierAttempt[] = [];
      for (const { id, attempt } of before.slice(0, earlierAttemptsMax)) {
        const one = known.get(id) ?? (await readAttempt(id, { attempt, signal: stop.signal }));
        known.set(id, one);
        found.push(one);
        setEarlier([...found]);
        if (savedTimes(view.vertexes, found).size === cached) return;
      }
    };
    // Without them the timeline is drawn all the same, and says that the saved time is not known.
    look().catch(() => {});
    return () => stop.abort();
  }, [exercise, view?.id, view?.state, cached]);
  return earlier;
}

async function readAttempt(id: string, { attempt, signal }: { attempt: number; signal: AbortSignal }) {
  const { report } = await getSubmission(id, { signal });
  return { attempt, vertexes: report?.build.vertexes ?? [] };
}
