import { expect, test } from 'vitest';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { writeContent } from '../exercises/sample-exercise.ts';
import { contentHash } from '../exercises/view.ts';
import { checkMeasured } from './check-measured.ts';

test('what was measured as it is now is no problem, each file of an exercise for itself', async () => {
  const { contentDir, remove } = await writeContent({});
  try {
    const exercises = (await ExerciseLibrary.open(contentDir)).all();
    const [tiny] = exercises;
    if (tiny === undefined) throw new Error('There is an exercise.');
    const ofSolution = contentHash(tiny, tiny.solution);
    const values = {
      'exercise:tiny:solution': { builtFrom: ofSolution },
      'exercise:tiny:starter': { builtFrom: contentHash(tiny) },
      'exercise:tiny:mistakes/one': { builtFrom: ofSolution },
      'exercise:broken:starter': {},
    };
    const text = JSON.stringify(values, null, 1);
    const problems = checkMeasured(values, { file: '/m.json', text, exercises, folders: ['tiny', 'broken'] });
    expect(problems.map(({ line, message }) => [line, /older one: (\S+);/.exec(message)?.[1]])).toEqual([
      [8, 'exercise:tiny:mistakes/one'],
    ]);
  } finally {
    await remove();
  }
});
