import { useEffect, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import { ApiFailure, getExercise } from '../api/client.ts';
import { strings } from '../strings.ts';

export type ExerciseState =
  | { kind: 'loading' }
  | { kind: 'failed'; message: string; retry(): void }
  | { kind: 'here'; exercise: Exercise };

/** How often to ask again while the exercise's images are still being made. */
const notReadyMs = 5_000;

/** The exercise as the server has it now; asked for again until it can be graded. */
export function useExercise(slug: string): ExerciseState {
  const [state, setState] = useState<ExerciseState>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const exercise = await getExercise(slug, { signal: stop.signal });
        setState({ kind: 'here', exercise });
        // What the site brings for itself has no checks, and never changes.
        if (!exercise.ready && exercise.checks.length > 0) timer = setTimeout(ask, notReadyMs);
      } catch (error) {
        if (stop.signal.aborted) return;
        const message = error instanceof ApiFailure ? error.message : strings.api.unreachable;
        const retry = () => {
          setState({ kind: 'loading' });
          setRound((before) => before + 1);
        };
        // What is on screen stays: a question that fails later takes nothing away.
        setState((before) => (before.kind === 'here' ? before : { kind: 'failed', message, retry }));
        timer = setTimeout(ask, notReadyMs);
      }
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [slug, round]);
  return state;
}
