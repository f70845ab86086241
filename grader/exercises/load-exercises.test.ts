import { afterEach, describe, expect, test } from 'vitest';
import { readSettings } from '../settings.ts';
import { problemText } from './content-problem.ts';
import { loadExercise, loadExercises } from './load-exercises.ts';
import { type Changes, sampleFiles, writeContent } from './sample-exercise.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function content(changes: Changes = {}): Promise<string> {
  const { contentDir, remove } = await writeContent(changes);
  removals.push(remove);
  return contentDir;
}

const yaml = sampleFiles['exercises/tiny/exercise.yaml'] ?? '';
const withYaml = (from: string, to: string): Changes => ({ 'exercises/tiny/exercise.yaml': yaml.replace(from, to) });

describe('loadExercises', () => {
  test('reads a whole exercise', async () => {
    const contentDir = await content();
    const { exercises, problems } = await loadExercises(contentDir);
    expect(problems).toEqual([]);
    expect(exercises).toHaveLength(1);
    expect(exercises[0]).toMatchObject({
      slug: 'tiny',
      title: 'Tiny',
      lesson: '01-basics',
      images: ['node:20-slim'],
      appDir: `${contentDir}/exercises/tiny/app`,
      packages: [`${contentDir}/exercises/tiny/app`],
      run: { port: 3000, env: { PORT: '3000' }, hosts: [], readOnly: true, readyPath: '/', readyTimeoutMs: 15_000 },
      hints: [{ text: 'Look closely.' }, { text: 'Look at the port.', checks: ['answers'] }],
      solution: { dockerignore: 'docs\n' },
      starter: { dockerignore: undefined },
      alsoRight: [{ name: 'other', note: 'Also fine.\n', files: { dockerfile: expect.stringContaining('FROM') } }],
    });
    expect(exercises[0]?.checks.map(({ id }) => id)).toEqual(['builds', 'answers', 'not-root']);
    expect(exercises[0]?.appFiles.map(({ path }) => path)).toEqual(['package-lock.json', 'server.js', 'src/a.js']);
    expect(exercises[0]?.mistakes.map(({ name, buildError }) => [name, buildError])).toEqual([
      ['one', undefined],
      ['three', 'syntax'],
      ['two', undefined],
    ]);
  });

  test('collects what the checks need, one run for all of them', async () => {
    const { exercises } = await loadExercises(await content());
    expect(exercises[0]?.needs).toEqual([{ kind: 'run', requests: [{ id: 'answers/1', method: 'GET', path: '/' }] }]);
  });

  test('reads the values that every build is given, none where there are none', async () => {
    const changed = `build: { args: { VERSION: "1.4.2" } }\n${yaml}`;
    const { exercises } = await loadExercises(await content({ 'exercises/tiny/exercise.yaml': changed }));
    expect(exercises[0]?.build).toEqual({ args: { VERSION: '1.4.2' } });
    expect((await loadExercises(await content())).exercises[0]?.build).toEqual({ args: {} });
  });

  test('asks for no run where the exercise has no run settings', async () => {
    const changed = yaml
      .replace(/run:[\s\S]*checks:/, 'checks:')
      .replace(/ {2}- id: answers[\s\S]*(?= {2}- \{ id: not-root)/, '');
    const lists = { 'exercises/tiny/hints.yaml': '- text: Look.\n' };
    const mistakes = Object.fromEntries(
      ['one', 'two', 'three'].map((name) => [
        `exercises/tiny/mistakes/${name}/mistake.yaml`,
        'title: A\nrefusedBy: not-root\nwhy: B\n',
      ]),
    );
    const { exercises, problems } = await loadExercises(
      await content({ 'exercises/tiny/exercise.yaml': changed, ...lists, ...mistakes }),
    );
    expect(problems).toEqual([]);
    expect(exercises[0]).toMatchObject({ run: undefined, needs: [] });
  });

  test('leaves a broken exercise out and keeps the others, in their order', async () => {
    const copies = Object.fromEntries(
      Object.entries(sampleFiles).flatMap(([path, text]) => [
        [path.replace('tiny', 'second'), text.replace('order: 1', 'order: 2')],
        [path.replace('tiny', 'first'), text.replace('order: 1', 'order: 0.5')],
      ]),
    );
    const { exercises, problems } = await loadExercises(
      await content({ ...copies, ...withYaml('order: 1', 'order: x') }),
    );
    expect(exercises.map(({ slug }) => slug)).toEqual(['first', 'second']);
    expect(problems).toHaveLength(1);
  });

  test('says when there is no folder of exercises', async () => {
    const { problems } = await loadExercises('/nowhere');
    expect(problems.map(problemText)).toEqual([
      '/nowhere/exercises: expected a folder with exercises, found none there',
    ]);
  });

  test("loads the course's own exercises without a problem", async () => {
    const { exercises, problems } = await loadExercises(readSettings({}).contentDir);
    expect(problems.map(problemText)).toEqual([]);
    expect(exercises.length).toBeGreaterThan(0);
  });
});

describe('loadExercise', () => {
  test('loads one by its slug', async () => {
    expect((await loadExercise(await content(), 'tiny')).title).toBe('Tiny');
  });
  test('says which slug is nearest to an unknown one', async () => {
    const contentDir = await content();
    await expect(loadExercise(contentDir, 'tinny')).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no exercise "tinny". Did you mean tiny?',
    });
  });
  test('opens no path', async () => {
    const contentDir = await content();
    for (const slug of ['../lessons', '.', '', 'tiny/app', `x${'y'.repeat(10_000)}`]) {
      const error = await loadExercise(contentDir, slug).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'not_found' });
      expect((error as Error).message.length).toBeLessThan(200);
    }
  });
  test('lists the problems of a broken exercise', async () => {
    const contentDir = await content(withYaml('minutes: 5', 'minutes: 0'));
    await expect(loadExercise(contentDir, 'tiny')).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('exercise.yaml:6: minutes: expected at least 1, found 0'),
    });
  });
});
