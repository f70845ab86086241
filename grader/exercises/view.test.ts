import { afterEach, describe, expect, test } from 'vitest';
import { exerciseSchema, exerciseSummarySchema } from '../contract/exercise.ts';
import { limits } from '../limits.ts';
import type { Exercise } from './exercise.ts';
import { loadExercise } from './load-exercises.ts';
import { type Changes, sampleFiles, writeContent } from './sample-exercise.ts';
import { contentHash, toSummary, toView } from './view.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function tiny(changes: Changes = {}): Promise<Exercise> {
  const { contentDir, remove } = await writeContent(changes);
  removals.push(remove);
  return loadExercise(contentDir, 'tiny');
}

describe('toView', () => {
  test('gives what the contract says', async () => {
    const view = toView(await tiny(), { ready: true });
    expect(exerciseSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      slug: 'tiny',
      ready: true,
      files: [{ path: 'package-lock.json' }, { path: 'server.js', text: "require('node:http');\n", sizeBytes: 22 }, {}],
    });
    expect(view.checks[1]).toEqual({
      id: 'answers',
      type: 'http',
      title: 'It answers',
      expected: 'The container answers GET / with 200.',
    });
    expect(view.checks[0]?.title).toBe('The Dockerfile builds.');
  });
  test('says why it is not ready', async () => {
    const view = toView(await tiny(), { ready: false, notReady: 'node:20-slim is still being built.' });
    expect(view).toMatchObject({ ready: false, notReady: 'node:20-slim is still being built.' });
  });
  test('gives no answer away', async () => {
    const exercise = await tiny({ 'exercises/tiny/solution/Dockerfile': 'FROM scratch\n# the answer\n' });
    expect(JSON.stringify(toView(exercise, { ready: true }))).not.toContain('the answer');
  });
  test('lists files that are not text or too long without their text', async () => {
    const exercise = await tiny({
      'exercises/tiny/app/logo.png': new Uint8Array([0x89, 0x50, 0, 0xff]),
      'exercises/tiny/app/large.txt': 'x'.repeat(limits.content.shownFileBytesMax + 1),
    });
    const files = toView(exercise, { ready: true }).files;
    expect(files.find(({ path }) => path === 'logo.png')).toEqual({
      path: 'logo.png',
      text: '',
      sizeBytes: 4,
      omitted: 'not_text',
    });
    expect(files.find(({ path }) => path === 'large.txt')).toMatchObject({
      text: '',
      sizeBytes: 65_537,
      omitted: 'too_long',
    });
  });
  test('an empty file is shown as what it is', async () => {
    const exercise = await tiny({ 'exercises/tiny/app/empty.txt': '' });
    expect(toView(exercise, { ready: true }).files).toContainEqual({ path: 'empty.txt', text: '', sizeBytes: 0 });
  });
  test('names files only once there are too many texts, or too much of them', async () => {
    const exercise = await tiny();
    const { shownBytesMax, shownFilesMax } = limits.content;
    const file = (path: string, sizeBytes: number) => ({ path, sizeBytes, text: 'x' });
    const big = { ...exercise, appFiles: [file('a', shownBytesMax - 1), file('b', 2), file('c', 1)] };
    expect(toView(big, { ready: true }).files.map(({ omitted }) => omitted)).toEqual([
      undefined,
      'too_many',
      'too_many',
    ]);
    const many = { ...exercise, appFiles: Array.from({ length: shownFilesMax + 1 }, (_, at) => file(`${at}`, 1)) };
    expect(toView(many, { ready: true }).files.filter(({ omitted }) => omitted === 'too_many')).toHaveLength(1);
  });
});

test('toSummary gives what the contract says', async () => {
  const summary = toSummary(await tiny(), { ready: false, notReady: 'x' });
  expect(exerciseSummarySchema.strict().parse(summary)).toEqual(summary);
});

const withBuild: Changes = {
  'exercises/tiny/exercise.yaml': `build: { args: { VERSION: "1" } }\n${sampleFiles['exercises/tiny/exercise.yaml']}`,
};

describe('contentHash', () => {
  test('is the same for the same content, wherever it is', async () => {
    expect(contentHash(await tiny())).toBe(contentHash(await tiny()));
  });
  test.each<[string, Changes]>([
    ['the starter', { 'exercises/tiny/starter/Dockerfile': 'FROM scratch\n' }],
    ['its .dockerignore', { 'exercises/tiny/starter/.dockerignore': '' }],
    ['a build argument', withBuild],
    ['a file of the app', { 'exercises/tiny/app/server.js': 'other\n' }],
    ['the name of a file', { 'exercises/tiny/app/src/a.js': undefined, 'exercises/tiny/app/src/b.js': '// a\n' }],
    ['the bytes of a file that is not shown', { 'exercises/tiny/app/x.bin': new Uint8Array([0, 1]) }],
  ])('changes with %s', async (_name, changes) => {
    expect(contentHash(await tiny(changes))).not.toBe(contentHash(await tiny()));
  });
  test('does not change with the solution', async () => {
    const other = await tiny({ 'exercises/tiny/solution/Dockerfile': 'FROM scratch\n' });
    expect(contentHash(other)).toBe(contentHash(await tiny()));
  });
});
