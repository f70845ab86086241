import { writeFile } from 'node:fs/promises';
import { isCancelled, sentenceFor } from '../errors.ts';
import { problemText } from '../exercises/content-problem.ts';
import { limits } from '../limits.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import { type VerifyCase, type VerifyOutcome, verifyCase } from '../verify-exercise.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay, type ProgressDisplay } from './progress-display.ts';
import { lineOf, outcomeJson, slowestLines } from './verify-lines.ts';
import { inShareOrder } from './verify-order.ts';
import { planVerify, type VerifyPlan } from './verify-plan.ts';

export interface VerifyOptions {
  /** File for `{passed, failed}`. */
  summary?: string;
  json?: boolean;
}

/** Proves exercises and lessons, as many cases at a time as there are slots; prints each as it ends. */
export async function verify(names: string[], options: VerifyOptions, context: CommandContext): Promise<number> {
  const plan = await planVerify(names, context.settings.contentDir);
  const display = openProgressDisplay();
  const { library, exercises } = plan;
  const grader = await openGrader({
    ...context,
    progress: display.sink,
    library,
    ...(names.length > 0 && { exercises }),
  });
  try {
    // One sentence instead of the same one for every case.
    await grader.isolated;
    const outcomes = await proveAll(plan.cases, grader, { display, signal: context.signal });
    display.close();
    const failed = outcomes.filter((outcome) => !outcome.ok).length + plan.problems.length;
    process.stdout.write(options.json ? jsonOf(outcomes, plan) : endOf(outcomes, plan));
    const passed = outcomes.filter((outcome) => outcome.ok).length;
    if (options.summary) await writeFile(options.summary, JSON.stringify({ passed, failed }));
    return failed === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await grader.close();
  }
}

/** In an order that shares build steps. @throws only when cancelled */
export async function proveAll(
  cases: readonly VerifyCase[],
  grader: Pick<OpenGrader, 'grade'>,
  { display, signal }: { display: Pick<ProgressDisplay, 'say'>; signal: AbortSignal },
): Promise<VerifyOutcome[]> {
  let ended = 0;
  return await inShareOrder(cases, limits.slot.count, async (one) => {
    const outcome = await outcomeOf(one, grader.grade, signal);
    ended += 1;
    display.say(`${`[${ended}/${cases.length}]`.padStart(9)} ${lineOf(outcome)}`);
    return outcome;
  });
}

/** A fault of the grader in one case is that case's outcome; the others still run. */
async function outcomeOf(
  one: VerifyCase,
  grade: Parameters<typeof verifyCase>[1],
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  try {
    return await verifyCase(one, grade, signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { case: one, ok: false, message: sentenceFor(error), report: undefined, times: {} };
  }
}

function endOf(outcomes: VerifyOutcome[], { cases, problems }: VerifyPlan): string {
  const failed = outcomes.filter((outcome) => !outcome.ok);
  const of = new Set(cases.map((each) => each.of)).size;
  const lines = [
    ...slowestLines(outcomes),
    `${outcomes.length - failed.length} of ${outcomes.length} cases of ${of} exercises and lessons are as they should be`,
    ...failed.map(lineOf),
    ...problems.map(problemText),
  ];
  return `${lines.join('\n')}\n`;
}

function jsonOf(outcomes: VerifyOutcome[], { problems }: VerifyPlan): string {
  return `${JSON.stringify({ cases: outcomes.map(outcomeJson), problems: problems.map(problemText) }, null, 2)}\n`;
}
