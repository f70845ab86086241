/** Which hint comes next: those for what failed first, then the general ones, then the rest; each in its own order. */
import type { Exercise } from '../../grader/contract/exercise.ts';

export type Hint = Exercise['hints'][number];

/** Indexes into `hints`, best first. */
export function hintOrder(hints: readonly Hint[], failedChecks: ReadonlySet<string>): number[] {
  const rank = (hint: Hint) => {
    if (hint.checks?.some((check) => failedChecks.has(check))) return 0;
    return hint.checks === undefined || hint.checks.length === 0 ? 1 : 2;
  };
  return hints
    .map((hint, index) => ({ index, rank: rank(hint) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((entry) => entry.index);
}
