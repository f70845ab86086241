import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseCheck } from '../checks/registry.ts';
import type { Report } from '../contract/report.ts';
import { type ContentProblem, problemText } from '../exercises/content-problem.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { loadExercise } from '../exercises/load-exercises.ts';
import { sampleFiles, writeContent } from '../exercises/sample-exercise.ts';
import type { GradeRequest } from '../grade-submission.ts';
import { deriveMutants, type Mutant } from './derive-mutants.ts';
import { generalFor, readGeneralReasons, readSurvivors, reasonsFor } from './survivors.ts';
import { explainSurvivors, tryMutant } from './try-mutants.ts';

const text = 'FROM node:20-slim\nUSER 1000\n# why\nCMD ["node", "server.js"]\n';

const yaml = sampleFiles['exercises/tiny/exercise.yaml'] ?? '';
const withSize = yaml.replace('{ id: not-root, type: user }', '{ id: small, type: size, max: 10MB }');

async function exerciseWith(changes: Record<string, string> = {}): Promise<Exercise> {
  const { contentDir, remove } = await writeContent({
    'exercises/tiny/exercise.yaml': withSize,
    'exercises/tiny/solution/Dockerfile': text,
    ...changes,
  });
  onTestFinished(remove);
  return await loadExercise(contentDir, 'tiny');
}

const nameOf = ({ rule, line }: Mutant) => `${rule} ${line ?? '-'}`;

describe('the mutants of an exercise', () => {
  test('are made by every rule that fits, with the line and the instruction', async () => {
    const mutants = deriveMutants(await exerciseWith(), ['node:20']);
    expect(mutants.map(nameOf)).toEqual([
      'drop-user 2',
      'root-in-the-end 4',
      'shell-form 4',
      'drop-command 4',
      'fat-final-base 1',
      'drop-dockerignore -',
    ]);
    expect(mutants[0]).toMatchObject({ instruction: 'USER 1000', dockerignore: 'docs\n' });
    expect(mutants.at(-1)).toMatchObject({ dockerignore: undefined, dockerfile: text });
  });

  test('that say the same as a case are known, however that one is written', async () => {
    const files = {
      'exercises/tiny/mistakes/one/Dockerfile': '# as root\nFROM   node:20-slim\n\nCMD ["node", \\\n "server.js"]\n',
      'exercises/tiny/mistakes/one/.dockerignore': 'docs\n\n',
    };
    const [first] = deriveMutants(await exerciseWith(files), []);
    expect(first).toMatchObject({ rule: 'drop-user', known: 'mistakes/one' });
  });

  test('are never the same twice, nor the solution', async () => {
    const mutants = deriveMutants(await exerciseWith(), ['node:20']);
    expect(new Set(mutants.map(({ dockerfile, dockerignore }) => dockerfile + dockerignore)).size).toBe(mutants.length);
  });
});

const mutant: Mutant = {
  ...{ rule: 'drop-user', about: '', line: 2, instruction: 'USER 1000', known: undefined },
  ...{ dockerfile: 'FROM a', dockerignore: undefined },
};

/** Fails the named checks, as far as they were asked for. */
function graderThatRefuses(...ids: string[]) {
  const asked: (readonly string[] | undefined)[] = [];
  const grade = async ({ checks }: GradeRequest): Promise<Report> => {
    asked.push(checks);
    const failing = ids.filter((id) => checks === undefined || checks.includes(id));
    return {
      verdict: failing.length > 0 ? 'failed' : 'passed',
      checks: failing.map((id) => ({ id, type: 'x', status: 'failed', expected: '', actual: '', message: '' })),
      build: { ok: true, durationMs: 1, findings: [], vertexes: [] },
      stages: [],
      catalogue: { source: 'stand-in' },
    };
  };
  return { asked, options: { grade, signal: new AbortController().signal } };
}

describe('a mutant is', () => {
  test('refused by a check that needs no container, and then none is started', async () => {
    const { asked, options } = graderThatRefuses('small');
    const tried = await tryMutant(mutant, await exerciseWith(), options);
    expect(tried).toMatchObject({ fate: 'refused', refusedBy: ['small'] });
    expect(asked).toEqual([['builds', 'small']]);
  });

  test('refused by a check that needs one', async () => {
    const { asked, options } = graderThatRefuses('answers');
    expect(await tryMutant(mutant, await exerciseWith(), options)).toMatchObject({ refusedBy: ['answers'] });
    expect(asked).toEqual([['builds', 'small'], undefined]);
  });

  test('a survivor when every check passes', async () => {
    const { options } = graderThatRefuses();
    expect(await tryMutant(mutant, await exerciseWith(), options)).toMatchObject({ fate: 'survived', refusedBy: [] });
  });

  test('not built when it is a known case', async () => {
    const { asked, options } = graderThatRefuses();
    const known = { ...mutant, known: 'mistakes/one' };
    expect(await tryMutant(known, await exerciseWith(), options)).toMatchObject({ fate: 'known' });
    expect(asked).toEqual([]);
  });
});

describe('a survivor', () => {
  const survived = { exercise: 'tiny', mutant, fate: 'survived' as const, refusedBy: [] };
  const explain = async (yaml: string) => {
    const { dir } = await exerciseWith();
    await writeFile(join(dir, 'survivors.yaml'), yaml);
    const problems: ContentProblem[] = [];
    const explained = explainSurvivors([survived], { own: await readSurvivors(dir, problems) });
    const all = [...problems, ...explained.problems].map((each) => problemText(each).replace(`${dir}/`, ''));
    return { reason: explained.tried[0]?.reason, problems: all };
  };

  test.each([
    '- { rule: drop-user, reason: Another exercise is about users. }',
    '- { rule: drop-user, line: 2, reason: Another exercise is about users. }',
    '- { rule: drop-user, instruction: "USER  10", reason: Another exercise is about users. }',
  ])('is explained by %s', async (yaml) => {
    expect(await explain(yaml)).toEqual({ reason: 'Another exercise is about users.', problems: [] });
  });

  test.each([
    [
      '- { rule: drop-user, line: 3, reason: Another exercise is about users. }',
      'survivors.yaml:1: expected a survivor of the rule drop-user that this explains, found none; remove it',
    ],
    ['- { rule: drop-user, instruction: USER 2, reason: Another exercise is about users. }', 'found none; remove it'],
    [
      '- rule: drop-usr\n  reason: Another exercise is about users.',
      'survivors.yaml:1: 0.rule: expected a mutation rule, found "drop-usr"; did you mean "drop-user"?',
    ],
    ['- rule: drop-user\n  reason: Because.', 'survivors.yaml:2: 0.reason: expected a reason in a sentence'],
  ])('is not explained by %s, which is told', async (yaml, expected) => {
    const { reason, problems } = await explain(yaml);
    expect(reason).toBeUndefined();
    expect(problems.join('\n')).toContain(expected);
  });

  test('without a survivors.yaml has no reason', async () => {
    const { dir } = await exerciseWith();
    const own = await readSurvivors(dir, []);
    expect(explainSurvivors([survived], { own })).toMatchObject({ tried: [{ reason: undefined }], problems: [] });
  });

  test('of a rule that is not tried leaves its reason alone', async () => {
    const { dir } = await exerciseWith();
    await writeFile(join(dir, 'survivors.yaml'), '- { rule: shell-form, reason: Another exercise is about it. }\n');
    const all = await readSurvivors(dir, []);
    expect(explainSurvivors([survived], { own: all }).problems).toHaveLength(1);
    const some = reasonsFor(all, ({ rule }) => rule === 'drop-user');
    expect(explainSurvivors([survived], { own: some }).problems).toEqual([]);
  });

  test('may have a general reason where the exercise has no check of that type', async () => {
    const exercise = await exerciseWith();
    const yaml = '- { rule: drop-user, withoutChecks: [user], reason: Only some exercises are about users. }\n';
    await writeFile(join(exercise.dir, 'survivors.yaml'), yaml);
    const problems: ContentProblem[] = [];
    const all = await readGeneralReasons(exercise.dir, problems);
    expect(problems).toEqual([]);
    const own = { file: '', list: [], lines: [] };
    const reasonWith = (checks: Exercise['checks']) =>
      explainSurvivors([survived], { own, general: generalFor(all, { checks }) }).tried[0]?.reason;
    expect(reasonWith([])).toBe('Only some exercises are about users.');
    const user = parseCheck({ id: 'not-root', type: 'user', nonRoot: true });
    expect(user.ok && reasonWith([user.check])).toBeUndefined();
  });

  test('has no general reason of a check type that there is not', async () => {
    const { dir } = await exerciseWith();
    await writeFile(
      join(dir, 'survivors.yaml'),
      '- { rule: drop-user, withoutChecks: [users], reason: Not about users. }',
    );
    const problems: ContentProblem[] = [];
    await readGeneralReasons(dir, problems);
    expect(problems.map(problemText).join()).toContain('survivors.yaml:1: 0.withoutChecks.0: expected');
  });
});
