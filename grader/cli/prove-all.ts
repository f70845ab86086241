/** Proves cases one after the other, as many at a time as there are slots, and says what came of each. */
import { isCancelled, sentenceFor } from '../errors.ts';
import { limits } from '../limits.ts';
import type { OpenGrader } from '../open-grader.ts';
import { type VerifyCase, type VerifyOutcome, verifyCase } from '../verify-exercise.ts';
import { gradingAgain } from './grade-again.ts';
import { lineOf } from './verify-lines.ts';
import { inShareOrder } from './verify-order.ts';

export interface Proving {
  /** Prints a line. */
  say: (text: string) => void;
  /** Called with each outcome as it comes. */
  ended?: (outcome: VerifyOutcome) => void;
  signal: AbortSignal;
}

/** In an order that shares build steps. @throws only when cancelled */
export async function proveAll(
  cases: readonly VerifyCase[],
  grader: Pick<OpenGrader, 'grade'>,
  { say, ended, signal }: Proving,
): Promise<VerifyOutcome[]> {
  let count = 0;
  const grade = gradingAgain(grader.grade, say);
  return await inShareOrder(cases, limits.slot.count, async (one) => {
    const outcome = await outcomeOf(one, grade, signal);
    count += 1;
    say(`${`[${count}/${cases.length}]`.padStart(9)} ${lineOf(outcome)}`);
    ended?.(outcome);
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
