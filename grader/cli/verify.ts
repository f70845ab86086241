import { writeFile } from 'node:fs/promises';
import { problemText } from '../exercises/content-problem.ts';
import { readContent } from '../lessons/check-content.ts';
import { openGrader } from '../open-grader.ts';
import type { VerifyOutcome } from '../verify-exercise.ts';
import { changedNames } from './changed-names.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';
import { proveAll } from './prove-all.ts';
import { lineOf, outcomeJson, slowestLines } from './verify-lines.ts';
import { planVerify, type VerifyPlan } from './verify-plan.ts';

export interface VerifyOptions {
  /** File for `{passed, failures}`: a number, and a line for each failed case or problem. */
  summary?: string;
  json?: boolean;
  /** Only what differs from this commit; `true`: from HEAD. */
  changed?: string | true;
  watch?: boolean;
  /** Solutions once and starters, and nothing else. */
  essential?: boolean;
}

/** Proves exercises and lessons, as many cases at a time as there are slots; prints each as it ends. */
export async function verify(asked: string[], options: VerifyOptions, context: CommandContext): Promise<number> {
  const { contentDir } = context.settings;
  const names = options.changed === undefined ? asked : await changedSince(options.changed, contentDir);
  if (options.watch) return await (await import('./watch-verify.ts')).watchVerify(names, context);
  if (options.changed !== undefined && names.length === 0) {
    process.stdout.write('No exercise and no lesson differs.\n');
    return exitCodes.passed;
  }
  const plan = await planVerify(names, contentDir, options);
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
    const outcomes = await proveAll(plan.cases, grader, { say: display.say, signal: context.signal });
    display.close();
    const failed = outcomes.filter((outcome) => !outcome.ok);
    const failures = [...failed.map(lineOf), ...plan.problems.map(problemText)];
    process.stdout.write(options.json ? jsonOf(outcomes, plan) : endOf(outcomes, plan, failures));
    const passed = outcomes.length - failed.length;
    if (options.summary) await writeFile(options.summary, JSON.stringify({ passed, failures }));
    return failures.length === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await grader.close();
  }
}

/** Also what was deleted counts as changed, but can't be proved any more. */
async function changedSince(commit: string | true, contentDir: string): Promise<string[]> {
  const names = await changedNames(commit === true ? 'HEAD' : commit, contentDir);
  const { library, lessons } = await readContent(contentDir);
  const broken = (name: string) => library.problems.some(({ file }) => file.includes(`/exercises/${name}/`));
  return names.filter((name) => library.find(name) !== undefined || lessons.includes(name) || broken(name));
}

function endOf(outcomes: VerifyOutcome[], { cases }: VerifyPlan, failures: string[]): string {
  const passed = outcomes.filter(({ ok }) => ok).length;
  const of = new Set(cases.map((each) => each.of)).size;
  const lines = [
    ...slowestLines(outcomes),
    `${passed} of ${outcomes.length} cases of ${of} exercises and lessons are as they should be`,
    ...failures,
  ];
  return `${lines.join('\n')}\n`;
}

function jsonOf(outcomes: VerifyOutcome[], { problems }: VerifyPlan): string {
  return `${JSON.stringify({ cases: outcomes.map(outcomeJson), problems: problems.map(problemText) }, null, 2)}\n`;
}
