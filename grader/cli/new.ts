import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { StagecraftError } from '../errors.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { slugPattern } from '../exercises/schemas.ts';
import { lessonsIn } from '../lessons/lesson-dockerfiles.ts';
import { exerciseFiles } from '../scaffold/exercise-files.ts';
import { lessonFiles } from '../scaffold/lesson-files.ts';
import { placeMark } from '../scaffold/places.ts';
import { writeNew } from '../scaffold/write-new.ts';
import { type CommandContext, exitCodes } from './command.ts';

/** Writes a folder that proves itself as it is; its texts are places to fill in. */
export async function newExercise(slug: string, options: { lesson: string }, context: CommandContext): Promise<number> {
  const { contentDir } = context.settings;
  requireSlug(slug, 'tea-shop');
  const lessons = await lessonsIn(contentDir, []);
  if (!lessons.includes(options.lesson)) {
    const near = lessons.length === 0 ? 'There are none yet.' : `Did you mean ${closest(options.lesson, lessons)}?`;
    throw new StagecraftError('bad_input', `Expected a lesson after --lesson, found "${options.lesson}". ${near}`);
  }
  const library = await ExerciseLibrary.open(contentDir);
  const orders = library.all().flatMap(({ lesson, order }) => (lesson === options.lesson ? [order] : []));
  const order = Math.floor(Math.max(0, ...orders)) + 1;
  const folder = join(contentDir, 'exercises', slug);
  await requireNothing(folder);
  await writeNew(folder, exerciseFiles({ slug, lesson: options.lesson, order }));
  say(folder, [
    `npx stagecraft verify --watch ${slug}`,
    `npx stagecraft mutate ${slug}`,
    `npx stagecraft measure ${slug}`,
  ]);
  return exitCodes.passed;
}

/** Writes a lesson and its quiz. */
export async function newLesson(slug: string, options: { module: string }, context: CommandContext): Promise<number> {
  const { contentDir } = context.settings;
  requireSlug(slug, '24-what-comes-next');
  const [first] = (await ExerciseLibrary.open(contentDir)).all();
  const files = lessonFiles({ slug, module: options.module, app: first?.slug ?? 'go-scratch' });
  const [lesson = ''] = await writeNew(contentDir, files);
  say(lesson, [`npx stagecraft new exercise <slug> --lesson ${slug}`, `npx stagecraft verify --watch ${slug}`]);
  return exitCodes.passed;
}

function requireSlug(slug: string, example: string): void {
  if (slugPattern.test(slug)) return;
  throw new StagecraftError(
    'bad_input',
    `Expected a name in small letters and hyphens, like ${example}, found "${slug}".`,
  );
}

async function requireNothing(folder: string): Promise<void> {
  const taken = await access(folder).then(
    () => true,
    () => false,
  );
  if (taken)
    throw new StagecraftError('bad_input', `Expected nothing at ${folder} yet, found a folder. Choose another slug.`);
}

function say(where: string, next: string[]): void {
  const steps = next.map((command) => `  ${command}`).join('\n');
  process.stdout.write(
    `${where}\nReplace every "${placeMark} …" by your own text (npm run check names each that is left), then:\n${steps}\n`,
  );
}
