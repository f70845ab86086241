import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Exercise } from '../exercises/exercise.ts';
import { loadExercise } from '../exercises/load-exercises.ts';
import { casesOf, type VerifyCase } from '../verify-exercise.ts';
import { ProvedCases } from './fresh-cases.ts';

const exercise = await loadExercise(join(import.meta.dirname, '../../content'), 'go-scratch');
const [first, second] = casesOf(exercise) as [VerifyCase, VerifyCase];
const outcome = (one: VerifyCase, ok: boolean) => ({ case: one, ok, message: '', report: undefined, times: {} });

test('a case that was proved is not fresh until its text, the app or a check changes', () => {
  const proved = new ProvedCases();
  proved.add(outcome(first, true), () => exercise);
  const fresh = (cases: VerifyCase[], of: Exercise = exercise) => proved.fresh(cases, () => of);
  expect(fresh([first, second])).toEqual([second]);
  const edited = { ...first, dockerfile: `${first.dockerfile}# more\n` };
  expect(fresh([edited])).toEqual([edited]);
  expect(fresh([first], { ...exercise, appHash: 'other' })).toEqual([first]);
  expect(fresh([first], { ...exercise, checks: exercise.checks.slice(1) })).toEqual([first]);
});

test('a case that was not as it should be stays fresh', () => {
  const proved = new ProvedCases();
  proved.add(outcome(first, false), () => exercise);
  expect(proved.fresh([first], () => exercise)).toEqual([first]);
});
