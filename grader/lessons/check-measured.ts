/** Whether what `content/measurements.json` says of an exercise was measured with the texts and the app as they are. */
import type { ContentProblem } from '../exercises/content-problem.ts';
import { type Exercise, filesOf } from '../exercises/exercise.ts';
import { contentHash } from '../exercises/view.ts';

/** What there is of the recorded measurements, by their ids. */
export type MeasuredValues = Record<string, { builtFrom?: string }>;

/** @param text of the file, to find lines in; @param folders of all exercises, those with problems too */
export function checkMeasured(
  values: MeasuredValues,
  { file, text, exercises, folders }: { file: string; text: string; exercises: Exercise[]; folders: string[] },
): ContentProblem[] {
  const lines = text.split('\n');
  const problems: ContentProblem[] = [];
  for (const [id, { builtFrom }] of Object.entries(values)) {
    const [kind, slug = '', name = ''] = id.split(':');
    const exercise = exercises.find((each) => each.slug === slug);
    // Of one with a problem of its own nothing is known.
    if (kind !== 'exercise' || (exercise === undefined && folders.includes(slug))) continue;
    const files = exercise && filesOf(exercise, name);
    const wrong =
      exercise === undefined || files === undefined
        ? 'expected the size of something that is there, found one of what was removed'
        : builtFrom === contentHash(exercise, files)
          ? undefined
          : 'expected a size that was measured as the exercise is now, found an older one';
    if (wrong === undefined) continue;
    const line = lines.findIndex((each) => each.includes(`"${id}"`)) + 1;
    const again = `npx stagecraft measure${exercise === undefined ? '' : ` ${slug}`}`;
    problems.push({ file, line, message: `${wrong}: ${id}; measure again: ${again}` });
  }
  return problems;
}
