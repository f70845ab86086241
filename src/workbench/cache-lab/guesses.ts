/** What is being predicted for a submission, kept in this tab so that a reload does not lose it. */
import type { PredictedStep } from '../../../grader/contract/rebuild.ts';

export interface Guesses {
  edit: string;
  /** By line. */
  says: Record<number, PredictedStep['says']>;
}

const keyOf = (submission: string) => `stagecraft.cache-lab.${submission}`;

/** `storage` is a function because merely naming it throws where it is forbidden. */
export function readGuesses(storage: () => Storage, submission: string): Guesses | undefined {
  try {
    const value: unknown = JSON.parse(storage().getItem(keyOf(submission)) ?? 'null');
    const { edit, says } = (value ?? {}) as Partial<Record<keyof Guesses, unknown>>;
    if (typeof edit !== 'string' || typeof says !== 'object' || says === null) return undefined;
    const known = Object.entries(says).filter(([line, word]) => /^\d+$/.test(line) && isWord(word));
    return { edit, says: Object.fromEntries(known) as Guesses['says'] };
  } catch {
    return undefined;
  }
}

/** Where nothing can be kept, a reload begins anew: that is all. */
export function writeGuesses(storage: () => Storage, submission: string, guesses: Guesses): void {
  try {
    storage().setItem(keyOf(submission), JSON.stringify(guesses));
  } catch {
    // Full or forbidden.
  }
}

const isWord = (word: unknown): word is PredictedStep['says'] => word === 'cached' || word === 'runs';
