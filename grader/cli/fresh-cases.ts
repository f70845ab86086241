/** Which cases have to be proved again after files were saved. */
import { createHash } from 'node:crypto';
import type { Exercise } from '../exercises/exercise.ts';
import type { VerifyCase, VerifyOutcome } from '../verify-exercise.ts';

/** Everything that can change a case's outcome: its texts, what is expected, the app, the run and the checks. */
export function caseKey({ besides, ...one }: VerifyCase, { appHash, run, checks, images }: Exercise): string {
  const all = besides === undefined ? checks : [...checks, besides];
  const judged = all.map(({ id, type, params }) => [id, type.type, params]);
  return createHash('sha256')
    .update(JSON.stringify([one, appHash, run, images, judged]))
    .digest('hex');
}

export class ProvedCases {
  readonly #proved = new Set<string>();

  /** Those that were never proved as they are now. */
  fresh(cases: readonly VerifyCase[], exerciseOf: (slug: string) => Exercise): VerifyCase[] {
    return cases.filter((one) => !this.#proved.has(caseKey(one, exerciseOf(one.exercise))));
  }

  /** One that was not as it should be is asked again every time. */
  add(outcome: VerifyOutcome, exerciseOf: (slug: string) => Exercise): void {
    if (outcome.ok) this.#proved.add(caseKey(outcome.case, exerciseOf(outcome.case.exercise)));
  }
}
