import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newExercise, newLesson } from '../cli/new.ts';
import { problemText } from '../exercises/content-problem.ts';
import { readContent } from '../lessons/check-content.ts';
import { readSettings } from '../settings.ts';

/** A content folder with one scaffolded lesson and one scaffolded exercise in it, and nothing else. */
async function scaffolded() {
  const contentDir = await mkdtemp(join(tmpdir(), 'stagecraft-scaffold-'));
  onTestFinished(() => rm(contentDir, { recursive: true }));
  const context = { settings: { ...readSettings({}), contentDir }, signal: new AbortController().signal };
  await newLesson('01-first', { module: 'Start: here' }, context);
  await newExercise('go-scratch', { lesson: '01-first' }, context);
  return { contentDir, context };
}

const problemsOf = async (contentDir: string) => (await readContent(contentDir)).problems;

test('what is scaffolded has no problem but the places to fill in, and those are told with file and line', async () => {
  const { contentDir } = await scaffolded();
  const problems = (await problemsOf(contentDir)).map((problem) => relative(contentDir, problemText(problem)));
  const places = problems.filter((problem) => problem.includes('found a place that waits for it'));
  expect(problems.filter((problem) => !places.includes(problem))).toEqual([]);
  expect(places).toContain(
    'exercises/go-scratch/exercise.yaml:1: expected your own text, found a place that waits for it: a short title',
  );
  expect(places.length).toBeGreaterThan(30);
});

test('once it is filled in, check accepts it', async () => {
  const { contentDir } = await scaffolded();
  for (const entry of await readdir(contentDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('FILL IN:', 'About'));
  }
  expect((await problemsOf(contentDir)).map(problemText)).toEqual([]);
  const { library, dockerfiles } = await readContent(contentDir);
  expect(library.get('go-scratch')).toMatchObject({ lesson: '01-first', order: 1 });
  expect(dockerfiles).toMatchObject([{ app: 'go-scratch' }]);
});

test('nothing that is there is written over, and a wrong name or lesson is refused in a sentence', async () => {
  const { context } = await scaffolded();
  await expect(newExercise('go-scratch', { lesson: '01-first' }, context)).rejects.toThrow(
    /found a folder. Choose another slug/,
  );
  await expect(newLesson('01-first', { module: 'x' }, context)).rejects.toThrow(/found a file. Choose another name/);
  await expect(newExercise('Tea Shop', { lesson: '01-first' }, context)).rejects.toThrow(
    /like tea-shop, found "Tea Shop"/,
  );
  await expect(newExercise('tea', { lesson: '01-frist' }, context)).rejects.toThrow(
    /found "01-frist". Did you mean 01-first\?/,
  );
});
