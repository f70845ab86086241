/**
 * An exercise proves itself on the real engine: its solution passes twice from clean, every other right answer passes,
 * the starter does not, and each mistake is refused by the check it names. A lesson's Dockerfiles build, or fail as it says.
 */
import type { Report } from './contract/report.ts';
import type { SubmissionEvent } from './contract/submission.ts';
import type { Exercise, Submitted } from './exercises/exercise.ts';
import type { Grade, GradeRequest } from './grade-submission.ts';
import { cheapChecks, gradeUntilRefused } from './grade-until-refused.ts';
import type { LessonDockerfile } from './lessons/lesson-dockerfiles.ts';
import { limits } from './limits.ts';
import { type PhaseTimes, timePhases } from './phase-times.ts';

export interface VerifyCase extends Pick<GradeRequest, 'checks' | 'besides' | 'target' | 'buildArgs'>, Submitted {
  /** Whose proof it is: a slug of an exercise, or the name of a lesson. */
  of: string;
  /** Slug of the exercise whose app and checks it is graded with. */
  exercise: string;
  /** `solution (1st time from clean)`, `mistakes/root`, `line 13`. */
  name: string;
  /** Without any build cache. */
  clean: boolean;
  /** Checks to ask before all others: whichever refuses it is enough. */
  first?: readonly string[];
  expect: Expectation;
}

/** What must come out. */
export type Expectation =
  /** Also with every size limit lowered by `limits.content.spareShareMin`. */
  | { verdict: 'passed' }
  | { verdict: 'refused'; refusedBy?: string; buildError?: string }
  /** It builds, whatever the checks say. */
  | { verdict: 'built' }
  /** It builds, and this check refuses it. */
  | { verdict: 'built'; refusedBy: string }
  /** It builds, and this check passes it. */
  | { verdict: 'built'; passes: string }
  /** It does not build, and the error holds this text. */
  | { verdict: 'not built'; text: string };

export interface VerifyOutcome {
  case: VerifyCase;
  ok: boolean;
  /** One sentence: what was expected and what came. */
  message: string;
  report: Report | undefined;
  /** How long it took, a wait for a slot included. */
  times: PhaseTimes;
}

/**
 * The learner as whom an exercise's own Dockerfiles are built. Each has cache mounts of its own: a build without the cache
 * empties those it uses, and another exercise may be using its own just then.
 */
export function authorOf(exercise: string): string {
  return `author of ${exercise}`;
}

/** Of a log that are told. */
const lastLines = 8;

/**
 * The cases of one exercise. Mistakes share most steps with the solution, and follow it while the cache has them. The
 * second clean build comes last: side by side with the first they would share steps.
 */
export function casesOf(exercise: Exercise): VerifyCase[] {
  const make = (
    name: string,
    files: Submitted,
    rest: Pick<VerifyCase, 'clean' | 'expect' | 'checks' | 'first'>,
  ): VerifyCase => ({
    ...{ of: exercise.slug, exercise: exercise.slug, name },
    ...{ dockerfile: files.dockerfile, dockerignore: files.dockerignore },
    ...rest,
  });
  const passes = { verdict: 'passed' } as const;
  return [
    make('solution (1st time from clean)', exercise.solution, { clean: true, expect: passes }),
    ...exercise.mistakes.map(({ name, files, refusedBy, buildError }) => {
      const expect = { verdict: 'refused', refusedBy, ...(buildError !== undefined && { buildError }) } as const;
      return make(`mistakes/${name}`, files, { clean: false, checks: [refusedBy], expect });
    }),
    make('starter', exercise.starter, { clean: false, first: cheapChecks(exercise), expect: { verdict: 'refused' } }),
    ...exercise.alsoRight.map((right) =>
      make(`also-right/${right.name}`, right.files, { clean: false, expect: passes }),
    ),
    make('solution (2nd time from clean)', exercise.solution, { clean: true, expect: passes }),
  ];
}

/** One case per Dockerfile in the text of a lesson. */
export function casesOfLesson(dockerfiles: readonly LessonDockerfile[]): VerifyCase[] {
  return dockerfiles.map(({ lesson, line, app, dockerfile, dockerignore, target, buildArgs, expect, ownCheck }) => ({
    ...{ of: lesson, exercise: app, name: `line ${line}`, dockerfile, dockerignore, target, buildArgs, clean: false },
    ...(ownCheck !== undefined && { besides: ownCheck }),
    checks: [expect.refusedBy, expect.passes].filter((id) => id !== undefined),
    expect: expectationOf(expect),
  }));
}

function expectationOf({ fails, refusedBy, passes }: LessonDockerfile['expect']): Expectation {
  if (fails !== undefined) return { verdict: 'not built', text: fails };
  if (passes !== undefined) return { verdict: 'built', passes };
  return { verdict: 'built', ...(refusedBy !== undefined && { refusedBy }) };
}

/** Grades one case. @throws only on faults of the grader; a wrong verdict is an outcome. */
export async function verifyCase(verifyCase: VerifyCase, grade: Grade, signal: AbortSignal): Promise<VerifyOutcome> {
  const { exercise, dockerfile, dockerignore, clean, checks, besides, target, buildArgs } = verifyCase;
  const spare = verifyCase.expect.verdict === 'passed' ? limits.content.spareShareMin : undefined;
  const judged = { checks, besides, spare };
  const learner = authorOf(exercise);
  const request = { exercise, dockerfile, dockerignore, clean, ...judged, target, buildArgs, learner };
  // Bounded by `limits.build.logBytesMax`.
  const log: string[] = [];
  const { see, end } = timePhases();
  const emit = (event: SubmissionEvent) => {
    see(event);
    if (event.type === 'log') log.push(...event.lines.map(({ text }) => text));
  };
  const { first } = verifyCase;
  const options = { emit, signal };
  const report =
    first === undefined
      ? await grade(request, options)
      : await gradeUntilRefused(request, { cheap: first, grade }, options);
  return {
    case: verifyCase,
    report,
    times: end(),
    ...judgeOutcome(verifyCase.expect, { report, log: log.join('\n') }),
  };
}

/** Whether what came is what was expected, and a sentence that says both. */
export function judgeOutcome(
  expect: Expectation,
  { report, log }: { report: Report; log: string },
): Pick<VerifyOutcome, 'ok' | 'message'> {
  const found = summaryOf(report);
  const wrong = (message: string) => ({ ok: false, message });
  if (report.verdict === 'grader_error') return wrong(`the grader failed: ${found}`);
  switch (expect.verdict) {
    case 'passed':
      if (report.verdict === 'passed') return { ok: true, message: 'passed' };
      return wrong(
        `should pass with ${limits.content.spareShareMin * 100} % of every size limit to spare, but ${found}${endOf(report, log)}`,
      );
    case 'built':
      if (!report.build.ok) return wrong(`should build, but ${found}${endOf(report, log)}`);
      if ('passes' in expect) return judgePass(expect.passes, report);
      return 'refusedBy' in expect ? judgeRefusal(expect, report) : { ok: true, message: 'built' };
    case 'not built':
      return judgeFailure(expect.text, { report, log });
    case 'refused':
      return judgeRefusal(expect, report);
  }
}

function judgePass(id: string, report: Report): Pick<VerifyOutcome, 'ok' | 'message'> {
  const check = report.checks.find((each) => each.id === id);
  if (check?.status === 'passed') return { ok: true, message: `passed by ${id}: found ${check.actual}` };
  return { ok: false, message: `should be passed by "${id}", but ${summaryOf(report)}` };
}

function judgeRefusal(
  expect: { refusedBy?: string; buildError?: string },
  report: Report,
): Pick<VerifyOutcome, 'ok' | 'message'> {
  const failed = report.checks.filter((check) => check.status === 'failed');
  const found = summaryOf(report);
  if (expect.refusedBy !== undefined && !failed.some((check) => check.id === expect.refusedBy)) {
    return { ok: false, message: `should be refused by "${expect.refusedBy}", but ${found}` };
  }
  if (report.verdict === 'passed') return { ok: false, message: 'should be refused, but passed' };
  if (expect.buildError !== undefined && report.build.error?.code !== expect.buildError) {
    return { ok: false, message: `should fail to build with "${expect.buildError}", but ${found}` };
  }
  return { ok: true, message: `refused: ${found}` };
}

/** The text may be the grader's sentence or a line of the build's log: a lesson quotes both. */
function judgeFailure(
  text: string,
  { report, log }: { report: Report; log: string },
): Pick<VerifyOutcome, 'ok' | 'message'> {
  const { build } = report;
  if (build.ok) return { ok: false, message: `should fail to build with "${text}", but it built` };
  const { message = '', hint = '', raw = '' } = build.error ?? {};
  const plain = (words: string) => words.replace(/\s+/g, ' ').trim();
  const said = [message, hint, raw, log, ...build.findings.map((finding) => finding.message)];
  if (said.some((words) => plain(words).includes(plain(text)))) return { ok: true, message: `failed: ${message}` };
  const found = [message, raw].join('\n');
  return {
    ok: false,
    message: `should fail to build with "${text}", but failed with: ${found}${endOf(report, log)}`,
  };
}

/** What a learner would read of what should not have happened, and the last lines of the build: both are gone otherwise. */
function endOf({ build, checks }: Pick<Report, 'build' | 'checks'>, log: string): string {
  if (!build.ok) return log === '' ? '' : `\n${log.trim().split('\n').slice(-lastLines).join('\n')}`;
  const messages = checks.filter(({ status }) => status === 'failed').map(({ message }) => message);
  return messages.map((message) => `\n${message}`).join('');
}

function summaryOf(report: Report): string {
  const failed = report.checks.filter((check) => check.status === 'failed');
  const checks = failed.map((check) => `${check.id} (found ${check.actual}, expected ${check.expected})`).join('; ');
  if (!report.build.ok)
    return `${report.verdict} ${report.build.error?.code ?? ''}: ${report.build.error?.message ?? checks}`;
  return `${report.verdict}${checks ? `: ${checks}` : ''}`;
}
