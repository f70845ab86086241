/** What the browser gets of an exercise, and its identity for caches. */
import { createHash } from 'node:crypto';
import type { ExerciseSummary, Exercise as ExerciseView } from '../contract/exercise.ts';
import type { Exercise } from './exercise.ts';

/** Whether it can be graded now, and if not a sentence that says why. */
export type Readiness = { ready: true } | { ready: false; notReady: string };

export function toSummary(exercise: Exercise, { ready }: Readiness): ExerciseSummary {
  const { slug, title, lesson, summary, minutes, stack, images } = exercise;
  return { slug, title, lesson, summary, minutes, stack, images, ready };
}

/** Leaves out what would give the answer away: solution, other right answers and mistakes. */
export function toView(exercise: Exercise, readiness: Readiness): ExerciseView {
  const { starter, appFiles, checks, hints } = exercise;
  return {
    ...toSummary(exercise, readiness),
    starter: {
      dockerfile: starter.dockerfile,
      ...(starter.dockerignore !== undefined && { dockerignore: starter.dockerignore }),
    },
    files: appFiles.map(({ path, text, sizeBytes }) => ({ path, text, sizeBytes })),
    checks: checks.map(({ id, type, title, params }) => {
      const expected = type.expected(params);
      return { id, type: type.type, title: title ?? expected, expected };
    }),
    hints: hints.map(({ text, checks: ids }) => ({ text, ...(ids !== undefined && { checks: ids }) })),
    ...(!readiness.ready && { notReady: readiness.notReady }),
  };
}

/** Changes when the starter would build something else: its texts or the app. Hexadecimal. */
export function contentHash({ appHash, starter, build }: Pick<Exercise, 'appHash' | 'starter' | 'build'>): string {
  const args = Object.keys(build.args).length === 0 ? [] : [build.args];
  const parts = JSON.stringify([appHash, starter.dockerfile, starter.dockerignore ?? null, ...args]);
  return createHash('sha256').update(parts).digest('hex');
}
