import { useEffect, useState } from 'preact/hooks';
import type { Exercise, Solution } from '../../../grader/contract/exercise.ts';
import { ApiFailure, getSolution, getSubmissions } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import type { Draft } from '../draft/draft.ts';
import { starterDraft } from '../editor/edited-files.ts';
import type { SubmissionView } from '../submission/submission-state.ts';

export const comparisons = ['starter', 'last', 'solution'] as const;
export type Comparison = (typeof comparisons)[number];

export interface ComparisonState {
  against: Comparison | undefined;
  choose(against: Comparison | undefined): void;
  /** What can be compared with now. */
  available: Record<Comparison, boolean>;
  /** What is compared with; undefined while it is fetched. */
  texts: Draft | undefined;
  failure: string | undefined;
}

/** The text that the learner's own is compared with: what it began as, what was sent last, or an answer once earned. */
export function useComparison(exercise: Exercise, view: SubmissionView | undefined): ComparisonState {
  const [against, choose] = useState<Comparison>();
  const earned = useEarned(exercise.slug, view?.verdict === 'passed');
  const { solution, failure } = useSolution(exercise.slug, against === 'solution');
  const sent = view && { dockerfile: view.dockerfile, dockerignore: view.dockerignore ?? '' };
  const all: Record<Comparison, Draft | undefined> = {
    starter: starterDraft(exercise),
    last: sent,
    solution: solution && { dockerfile: solution.dockerfile, dockerignore: solution.dockerignore ?? '' },
  };
  return {
    against,
    choose,
    available: { starter: true, last: sent !== undefined, solution: earned },
    texts: against && all[against],
    failure: against === 'solution' ? failure : undefined,
  };
}

/** Whether some attempt passed, also one of long ago. The server decides again when the solution is asked for. */
function useEarned(slug: string, passedNow: boolean): boolean {
  const [before, setBefore] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    getSubmissions(slug, { signal: stop.signal }).then(
      (all) => setBefore(all.some(({ verdict }) => verdict === 'passed')),
      () => {},
    );
    return () => stop.abort();
  }, [slug]);
  return before || passedNow;
}

function useSolution(slug: string, wanted: boolean): { solution: Solution | undefined; failure: string | undefined } {
  const [solution, setSolution] = useState<Solution>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!wanted || solution) return;
    const stop = new AbortController();
    setFailure(undefined);
    getSolution(slug, { signal: stop.signal }).then(setSolution, (error: unknown) => {
      if (!stop.signal.aborted) setFailure(error instanceof ApiFailure ? error.message : strings.api.unreachable);
    });
    return () => stop.abort();
  }, [slug, wanted, solution]);
  return { solution, failure };
}
