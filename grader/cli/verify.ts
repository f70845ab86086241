import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { isCancelled, sentenceFor } from '../errors.ts';
import { limits } from '../limits.ts';
import { openGrader } from '../open-grader.ts';
import { casesOf, type VerifyCase, type VerifyOutcome, verifyCase } from '../verify-exercise.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Proves exercises, as many cases at a time as there are slots; prints each as it ends. */
export async function verify(slugs: string[], options: { summary?: string }, context: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink, exercises: slugs });
  try {
    // One sentence instead of the same one for every case.
    await grader.isolated;
    const exercises = slugs.length > 0 ? slugs.map((slug) => grader.exercises.get(slug)) : grader.exercises.all();
    const cases = exercises.flatMap(casesOf);
    const outcomes: VerifyOutcome[] = [];
    const show = (outcome: VerifyOutcome) => {
      outcomes.push(outcome);
      display.say(lineOf(outcome));
    };
    const queue = [...cases];
    const workers = Array.from({ length: limits.slot.count }, async () => {
      for (let next = queue.shift(); next; next = queue.shift())
        show(await outcomeOf(next, grader.grade, context.signal));
    });
    await Promise.all(workers);
    display.close();
    const failed = outcomes.filter((outcome) => !outcome.ok);
    process.stdout.write(
      `${outcomes.length - failed.length} of ${outcomes.length} cases of ${exercises.length} exercises are as they should be\n`,
    );
    for (const outcome of failed) process.stdout.write(`${lineOf(outcome)}\n`);
    if (options.summary)
      await writeFile(
        options.summary,
        JSON.stringify({ passed: outcomes.length - failed.length, failed: failed.length }),
      );
    return failed.length === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await grader.close();
  }
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
    return { case: one, ok: false, message: sentenceFor(error), report: undefined };
  }
}

function lineOf(outcome: VerifyOutcome): string {
  const mark = outcome.ok ? styleText('green', '✓') : styleText('red', '✗');
  return `${mark} ${outcome.case.exercise} · ${outcome.case.name}: ${outcome.message}`;
}
