/** What the browser gets of an exercise, and its identity for caches. */
import { createHash } from 'node:crypto';
import type { ExerciseSummary, Exercise as ExerciseView, Solution } from '../contract/exercise.ts';
import { limits } from '../limits.ts';
import type { AppFile, Exercise, Submitted } from './exercise.ts';

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
    files: shownFiles(appFiles),
    checks: checks.map(({ id, type, title, params }) => {
      const expected = type.expected(params);
      return { id, type: type.type, title: title ?? expected, expected };
    }),
    hints: hints.map(({ text, checks: ids }) => ({ text, ...(ids !== undefined && { checks: ids }) })),
    ...(!readiness.ready && { notReady: readiness.notReady }),
  };
}

/** In the order of paths, until there are too many texts or they are too long together. */
function shownFiles(files: readonly AppFile[]): ExerciseView['files'] {
  const { shownFilesMax, shownBytesMax } = limits.content;
  let count = 0;
  let bytes = 0;
  return files.map(({ path, sizeBytes, text, omitted }) => {
    if (omitted !== undefined) return { path, sizeBytes, text: '', omitted };
    count += 1;
    bytes += sizeBytes;
    if (count > shownFilesMax || bytes > shownBytesMax) return { path, sizeBytes, text: '', omitted: 'too_many' };
    return { path, sizeBytes, text };
  });
}

/** What may be seen by those who have passed. */
export function toSolution({ solution: { dockerfile, dockerignore } }: Exercise): Solution {
  return { dockerfile, ...(dockerignore !== undefined && { dockerignore }) };
}

/** Changes when the starter, or what else is given, would build something else: its texts or the app. Hexadecimal. */
export function contentHash(
  { appHash, starter, build }: Pick<Exercise, 'appHash' | 'starter' | 'build'>,
  { dockerfile, dockerignore }: Submitted = starter,
): string {
  const args = Object.keys(build.args).length === 0 ? [] : [build.args];
  const parts = JSON.stringify([appHash, dockerfile, dockerignore ?? null, ...args]);
  return createHash('sha256').update(parts).digest('hex');
}
