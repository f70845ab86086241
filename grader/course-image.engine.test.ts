/** Starter and solution of an exercise as images to compare with, on the real engine. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { courseImageKey } from './course-image.ts';
import { ExerciseLibrary } from './exercises/exercise-library.ts';
import { sampleFiles, writeContent } from './exercises/sample-exercise.ts';
import { type OpenGrader, openGrader } from './open-grader.ts';
import { silentProgress } from './progress.ts';
import { readSettings } from './settings.ts';

let grader: OpenGrader;
let removeContent: () => Promise<void>;

/** An exercise on busybox that installs nothing. */
function exerciseFiles(slug: string, starter: string): Record<string, string | undefined> {
  const files = Object.entries(sampleFiles).filter(([path]) => path.startsWith('exercises/tiny/'));
  const named = files.map(([path, text]) => [
    path.replace('/tiny/', `/${slug}/`),
    text.replace('node:20-slim', 'busybox:1.36').replace('order: 1', slug === 'tiny' ? 'order: 1' : 'order: 2'),
  ]);
  return {
    ...Object.fromEntries(named),
    [`exercises/${slug}/app/package-lock.json`]: undefined,
    [`exercises/${slug}/starter/Dockerfile`]: starter,
  };
}

beforeAll(async () => {
  const { contentDir, remove } = await writeContent({
    ...exerciseFiles('tiny', 'FROM busybox:1.36\nWORKDIR /app\nCOPY . .\n'),
    ...exerciseFiles('broken', 'FROM busybox:1.36\nCOPY missing /\n'),
    'exercises/tiny/solution/Dockerfile': 'FROM busybox:1.36\nCOPY server.js /app/\nRUN rm /nothing\n',
  });
  removeContent = remove;
  const library = await ExerciseLibrary.open(contentDir);
  const signal = new AbortController().signal;
  grader = await openGrader({ settings: readSettings(), progress: silentProgress, signal, library, fill: false });
});
afterAll(async () => {
  await grader?.close();
  await removeContent?.();
});

const signal = () => AbortSignal.timeout(280_000);

const builtTags = async () =>
  (await grader.engine.docker.listImages())
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((tag) => tag.startsWith('stagecraft-build:'));

test('the starter is built with its app, each layer with its line and its files, and leaves no image', async () => {
  const before = await builtTags();
  const built = await grader.courseImage({ exercise: 'tiny', kind: 'starter' }, { signal: signal() });
  if ('unbuildable' in built) throw new Error(built.unbuildable);
  const { key, image, layers } = built;
  expect(key).toBe(courseImageKey(grader.exercises.get('tiny'), 'starter', grader.catalogue.recipe));
  expect(image.baseImage).toBe('busybox:1.36');
  const own = layers.filter(({ fromBase }) => !fromBase);
  expect(own.map(({ line }) => line)).toEqual([2, 3]);
  expect(own[1]?.entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['/app/server.js', '/app/src/a.js']));
  expect(image.layers.map(({ diffId, line }) => [diffId, line])).toEqual(
    layers.map(({ diffId, line }) => [diffId, line]),
  );
  expect(image.sizeBytes).toBe(layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  await expect
    .poll(async () => (await builtTags()).filter((tag) => !before.includes(tag)), { timeout: 30_000 })
    .toEqual([]);
});

test('a starter that does not build has no image, and that is no fault', async () => {
  const built = await grader.courseImage({ exercise: 'broken', kind: 'starter' }, { signal: signal() });
  expect(built).toMatchObject({ unbuildable: expect.stringContaining('does not build as it is') });
});

test('a solution that does not build is our fault, in a sentence', async () => {
  await expect(grader.courseImage({ exercise: 'tiny', kind: 'solution' }, { signal: signal() })).rejects.toMatchObject({
    code: 'internal',
    message: 'The solution of tiny does not build on this machine, so nothing can be compared with it.',
  });
});

test('solution and starter have keys of their own, which change with the catalogue', () => {
  const exercise = grader.exercises.get('tiny');
  const keys = [
    courseImageKey(exercise, 'starter', 'one'),
    courseImageKey(exercise, 'solution', 'one'),
    courseImageKey(exercise, 'starter', 'two'),
  ];
  expect(new Set(keys).size).toBe(3);
});
