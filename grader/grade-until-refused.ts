/** For wrong Dockerfiles: asks the cheap checks first, and the others only when none of them refuses. */
import type { Report } from './contract/report.ts';
import type { Exercise } from './exercises/exercise.ts';
import type { Grade, GradeOptions, GradeRequest } from './grade-submission.ts';

/** Ids of the checks that need the image alone: no container, no second build, no look into stages. */
export function cheapChecks({ checks }: Pick<Exercise, 'checks'>): string[] {
  return checks
    .filter(({ id, type, params }) => (type.needs?.(params, id) ?? []).every(({ kind }) => kind === 'layer-files'))
    .map(({ id }) => id);
}

/** The report of the cheap checks when one refuses, else that of all. */
export async function gradeUntilRefused(
  request: Omit<GradeRequest, 'checks'>,
  { cheap, grade }: { cheap: readonly string[]; grade: Grade },
  options: GradeOptions,
): Promise<Report> {
  const report = await grade({ ...request, checks: cheap }, options);
  return report.verdict === 'passed' ? await grade(request, options) : report;
}
