/**
 * An exercise proves itself on the real engine: its solution passes twice from clean, every other right answer passes,
 * the starter does not, and each mistake is refused by the check it names.
 */
import type { Report } from './contract/report.ts';
import type { Exercise } from './exercises/exercise.ts';
import type { Grade } from './grade-submission.ts';

export interface VerifyCase {
  exercise: string;
  /** `solution (1st time from clean)`, `mistakes/root`. */
  name: string;
  dockerfile: string;
  dockerignore: string | undefined;
  /** Without any build cache. */
  clean: boolean;
  /** What must come out. */
  expect: { passes: true } | { passes: false; refusedBy?: string; buildError?: string };
}

export interface VerifyOutcome {
  case: VerifyCase;
  ok: boolean;
  /** One sentence: what was expected and what came. */
  message: string;
  report: Report | undefined;
}

/** The cases of one exercise, cheapest to read first. */
export function casesOf(exercise: Exercise): VerifyCase[] {
  const make = (
    name: string,
    files: { dockerfile: string; dockerignore?: string | undefined },
    rest: Pick<VerifyCase, 'clean' | 'expect'>,
  ) => ({
    exercise: exercise.slug,
    name,
    dockerfile: files.dockerfile,
    dockerignore: files.dockerignore,
    ...rest,
  });
  const passes = { passes: true } as const;
  return [
    make('solution (1st time from clean)', exercise.solution, { clean: true, expect: passes }),
    make('solution (2nd time from clean)', exercise.solution, { clean: true, expect: passes }),
    ...exercise.alsoRight.map((right) =>
      make(`also-right/${right.name}`, right.files, { clean: false, expect: passes }),
    ),
    make('starter', exercise.starter, { clean: false, expect: { passes: false } }),
    ...exercise.mistakes.map((mistake) =>
      make(`mistakes/${mistake.name}`, mistake.files, {
        clean: false,
        expect: { passes: false, refusedBy: mistake.refusedBy, buildError: mistake.buildError },
      }),
    ),
  ];
}

/** Grades one case. @throws only on faults of the grader; a wrong verdict is an outcome. */
export async function verifyCase(verifyCase: VerifyCase, grade: Grade, signal: AbortSignal): Promise<VerifyOutcome> {
  const report = await grade(
    {
      exercise: verifyCase.exercise,
      dockerfile: verifyCase.dockerfile,
      dockerignore: verifyCase.dockerignore,
      learner: 'verify',
      clean: verifyCase.clean,
    },
    { emit: () => {}, signal },
  );
  return { case: verifyCase, report, ...judge(verifyCase, report) };
}

function judge({ expect }: VerifyCase, report: Report): { ok: boolean; message: string } {
  const failed = report.checks.filter((check) => check.status === 'failed');
  const found = summaryOf(report);
  if (report.verdict === 'grader_error') return { ok: false, message: `the grader failed: ${found}` };
  if (expect.passes)
    return {
      ok: report.verdict === 'passed',
      message: report.verdict === 'passed' ? 'passed' : `should pass, but ${found}`,
    };
  if (report.verdict === 'passed') return { ok: false, message: 'should be refused, but passed' };
  if (expect.refusedBy !== undefined && !failed.some((check) => check.id === expect.refusedBy)) {
    return { ok: false, message: `should be refused by "${expect.refusedBy}", but ${found}` };
  }
  if (expect.buildError !== undefined && report.build.error?.code !== expect.buildError) {
    return { ok: false, message: `should fail to build with "${expect.buildError}", but ${found}` };
  }
  return { ok: true, message: `refused: ${found}` };
}

function summaryOf(report: Report): string {
  const failed = report.checks.filter((check) => check.status === 'failed');
  const checks = failed.map((check) => `${check.id} (found ${check.actual}, expected ${check.expected})`).join('; ');
  if (!report.build.ok)
    return `${report.verdict} ${report.build.error?.code ?? ''}: ${report.build.error?.message ?? checks}`;
  return `${report.verdict}${checks ? `: ${checks}` : ''}`;
}
