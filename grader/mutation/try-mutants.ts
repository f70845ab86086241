/** Builds mutants and says what became of each: refused by a check, or passed every one. */
import type { Report } from '../contract/report.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import type { Exercise } from '../exercises/exercise.ts';
import type { Grade } from '../grade-submission.ts';
import { cheapChecks, gradeUntilRefused } from '../grade-until-refused.ts';
import { authorOf } from '../verify-exercise.ts';
import type { Mutant } from './derive-mutants.ts';
import { explains, type GeneralReason, type ReadSurvivors } from './survivors.ts';

export interface TriedMutant {
  exercise: string;
  mutant: Mutant;
  /** `known`: the same as a case that `verify` proves. */
  fate: 'refused' | 'known' | 'survived';
  /** The checks that refuse it; empty unless refused. */
  refusedBy: string[];
  /** Why it may survive, from a `survivors.yaml`. */
  reason: string | undefined;
}

/** @throws only on faults of the grader */
export async function tryMutant(
  mutant: Mutant,
  exercise: Exercise,
  { grade, signal }: { grade: Grade; signal: AbortSignal },
): Promise<Omit<TriedMutant, 'reason'>> {
  const tried = { exercise: exercise.slug, mutant };
  if (mutant.known !== undefined) return { ...tried, fate: 'known', refusedBy: [] };
  const { dockerfile, dockerignore } = mutant;
  const request = { exercise: exercise.slug, dockerfile, dockerignore, learner: authorOf(exercise.slug) };
  // Most mutants end at a cheap check, and a container that never answers takes its time.
  const cheap = cheapChecks(exercise);
  const refusedBy = refusals(await gradeUntilRefused(request, { cheap, grade }, { emit: () => {}, signal }));
  if (refusedBy.length > 0) return { ...tried, fate: 'refused', refusedBy };
  return { ...tried, fate: 'survived', refusedBy: [] };
}

function refusals({ verdict, checks }: Report): string[] {
  if (verdict === 'passed') return [];
  const failed = checks.filter(({ status }) => status === 'failed').map(({ id }) => id);
  // A build that fails is a refusal also where no check says so.
  return failed.length > 0 ? failed : [verdict];
}

/** Gives survivors their reasons, the exercise's own before general ones; an own entry that explains no survivor is a problem. */
export function explainSurvivors(
  tried: readonly Omit<TriedMutant, 'reason'>[],
  { own, general = [] }: { own: ReadSurvivors; general?: readonly GeneralReason[] },
): { tried: TriedMutant[]; problems: ContentProblem[] } {
  const survivors = tried.filter(({ fate }) => fate === 'survived').map(({ mutant }) => mutant);
  const reasonOf = (mutant: Mutant) => [...own.list, ...general].find((entry) => explains(entry, mutant))?.reason;
  return {
    tried: tried.map((each) => ({ ...each, reason: each.fate === 'survived' ? reasonOf(each.mutant) : undefined })),
    problems: unusedReasons(own, (entry) => survivors.some((mutant) => explains(entry, mutant))),
  };
}

/** Entries that explain nothing: a file that kept them would grow lies. */
export function unusedReasons<Entry extends { rule: string }>(
  { file, list, lines }: ReadSurvivors<Entry>,
  isUsed: (entry: Entry) => boolean,
): ContentProblem[] {
  return list.flatMap((entry, at) => {
    if (isUsed(entry)) return [];
    const message = `expected a survivor of the rule ${entry.rule} that this explains, found none; remove it`;
    return [{ file, line: lines[at], message }];
  });
}
