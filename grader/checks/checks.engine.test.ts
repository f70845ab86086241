/** Each check type over what the real engine builds: tiny Dockerfiles that pass it, and ones that it must refuse. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../contract/report.ts';
import { problemText } from '../exercises/content-problem.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { type Changes, sampleFiles, writeContent } from '../exercises/sample-exercise.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { checkTypes } from './registry.ts';
import { base, type Trial } from './trial.ts';

/** Of each check's own folder. */
const found = checkTypes.map(({ type }) => import(`./${type}/trials.ts`) as Promise<{ trials: Trial[] }>);
const trials = (await Promise.all(found)).flatMap((module) => module.trials);

const largeStarter = `${base}RUN head -c 3000000 /dev/zero > /padding\n`;

function exerciseFor({ type, name: slug = type, params, buildArgs = {}, starter = largeStarter }: Trial): Changes {
  const own = Object.entries(sampleFiles).filter(([path]) => path.startsWith('exercises/tiny/'));
  const files = Object.fromEntries(own.map(([path, text]) => [path.replace('/tiny/', `/${slug}/`), text]));
  const dir = `exercises/${slug}`;
  const checks = [{ id: 'the-check', type, ...params }];
  const facts = { title: type, lesson: '01-basics', order: 1, summary: type, stack: 'none', minutes: 1, packages: [] };
  const build = { args: buildArgs };
  // Of the checks only read-only looks at what happens without being able to write.
  const run = { port: 3000, readyPath: '/', readyTimeoutMs: 10_000, readOnly: type !== 'read-only' };
  const mistakes = ['one', 'two', 'three'].map((name) => [
    `${dir}/mistakes/${name}/mistake.yaml`,
    'title: A\nwhy: B\nrefusedBy: the-check\n',
  ]);
  return {
    ...files,
    ...Object.fromEntries(mistakes),
    [`${dir}/exercise.yaml`]: JSON.stringify({ ...facts, images: ['busybox:1.36'], build, run, checks }),
    [`${dir}/hints.yaml`]: '- text: Look.\n',
    [`${dir}/starter/Dockerfile`]: starter,
    [`${dir}/app/index.html`]: 'hello\n',
    [`${dir}/app/notes.txt`]: 'private\n',
    [`${dir}/app/package-lock.json`]: JSON.stringify({ packages: { 'node_modules/typescript': { dev: true } } }),
    [`${dir}/app/large.bin`]: new Uint8Array(200_000).map((_, index) => (index * 7919) % 251),
  };
}

let grader: OpenGrader;
let removeContent: () => Promise<void>;

beforeAll(async () => {
  const { contentDir, remove } = await writeContent(Object.assign({}, ...trials.map(exerciseFor)));
  removeContent = remove;
  const library = await ExerciseLibrary.open(contentDir);
  expect(library.problems.map(problemText)).toEqual([]);
  const signal = new AbortController().signal;
  grader = await openGrader({ settings: readSettings(), progress: silentProgress, signal, library, fill: false });
});

afterAll(async () => {
  await grader?.close();
  await removeContent?.();
});

async function grade(
  slug: string,
  dockerfile: string,
  learner = 'checks-test',
): Promise<{ verdict: string; check: CheckReport | undefined; why: string }> {
  const report = await grader.grade(
    { exercise: slug, dockerfile, learner },
    { emit: () => {}, signal: AbortSignal.timeout(280_000) },
  );
  const [check] = report.checks;
  const { error } = report.build;
  return { verdict: report.verdict, check, why: JSON.stringify({ message: check?.message, error }) };
}

describe.each(trials.map((trial) => [trial.name ?? trial.type, trial] as const))(
  'the check %s',
  (slug, { good, bad }) => {
    test.each(good)('passes %j', async (dockerfile) => {
      const { verdict, check, why } = await grade(slug, dockerfile);
      expect(check, why).toMatchObject({ status: 'passed' });
      expect(verdict).toBe('passed');
    });
    test.each(bad)('refuses %j', async (dockerfile, { line, message }) => {
      const { verdict, check } = await grade(slug, dockerfile);
      expect(check?.message).toMatch(message);
      expect(check).toMatchObject({ status: 'failed', ...(line !== undefined && { line }) });
      expect(['failed', 'build_failed']).toContain(verdict);
    });
  },
);

test.each(['secret', 'ssh-signature'])(
  'what one learner built with a %s is right for the next one, who gets it from the cache',
  async (name) => {
    const trial = trials.find((each) => (each.name ?? each.type) === name);
    const dockerfile = trial?.good[0] ?? '';
    for (const learner of ['ada', 'bob']) {
      const { check, why } = await grade(name, dockerfile, learner);
      expect(check, why).toMatchObject({ status: 'passed' });
    }
  },
);
