import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { isCancelled, StagecraftError, sentenceFor } from '../errors.ts';
import { problemText } from '../exercises/content-problem.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { type LessonDockerfile, lessonsIn, readLessonDockerfiles } from '../lessons/lesson-dockerfiles.ts';
import { limits } from '../limits.ts';
import { openGrader } from '../open-grader.ts';
import { casesOf, casesOfLesson, type VerifyCase, type VerifyOutcome, verifyCase } from '../verify-exercise.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';
import { sideBySide } from './side-by-side.ts';

/** Proves exercises and lessons, as many cases at a time as there are slots; prints each as it ends. */
export async function verify(names: string[], options: { summary?: string }, context: CommandContext): Promise<number> {
  const { cases, library, exercises } = await wanted(names, context.settings.contentDir);
  const display = openProgressDisplay();
  const grader = await openGrader({
    ...context,
    progress: display.sink,
    library,
    ...(names.length > 0 && { exercises }),
  });
  try {
    // One sentence instead of the same one for every case.
    await grader.isolated;
    const outcomes = await sideBySide(cases, limits.slot.count, async (one) => {
      const outcome = await outcomeOf(one, grader.grade, context.signal);
      display.say(lineOf(outcome));
      return outcome;
    });
    display.close();
    const failed = outcomes.filter((outcome) => !outcome.ok);
    const passed = outcomes.length - failed.length;
    const of = new Set(cases.map((each) => each.of)).size;
    process.stdout.write(
      `${passed} of ${outcomes.length} cases of ${of} exercises and lessons are as they should be\n`,
    );
    for (const outcome of failed) process.stdout.write(`${lineOf(outcome)}\n`);
    if (options.summary) await writeFile(options.summary, JSON.stringify({ passed, failed: failed.length }));
    return failed.length === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await grader.close();
  }
}

interface Wanted {
  cases: VerifyCase[];
  library: ExerciseLibrary;
  /** Slugs of all whose images and packages are needed. */
  exercises: string[];
}

/** What the names mean: exercises by slug, lessons by their file's name; none means all. @throws StagecraftError */
async function wanted(names: string[], contentDir: string): Promise<Wanted> {
  const library = await ExerciseLibrary.open(contentDir);
  const { dockerfiles, problems } = await readLessonDockerfiles(contentDir, library.all());
  const lessons = await lessonsIn(contentDir, []);
  const chosen = names.length === 0 ? [...library.all().map(({ slug }) => slug), ...lessons] : names;
  const lessonNames = chosen.filter((name) => lessons.includes(name));
  const broken = problems.filter(({ file }) => lessonNames.some((name) => file.endsWith(`/${name}.mdx`)));
  if (broken.length > 0) throw new StagecraftError('bad_input', broken.map(problemText).join('\n'));
  const exercises = chosen.filter((name) => !lessons.includes(name)).map((slug) => library.get(slug));
  const ofLessons = (lesson: string): LessonDockerfile[] => dockerfiles.filter((each) => each.lesson === lesson);
  const cases = [...exercises.flatMap(casesOf), ...casesOfLesson(lessonNames.flatMap(ofLessons))];
  return { cases, library, exercises: [...new Set(cases.map(({ exercise }) => exercise))] };
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
  return `${mark} ${outcome.case.of} · ${outcome.case.name}: ${outcome.message}`;
}
