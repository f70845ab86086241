/**
 * The examples on the pages of checks: a bad one that this check refuses and a good one that it passes. Those of checks
 * that judge the text alone are judged here; `verify checks/<type>` builds all of them.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { loadExercises } from '../exercises/load-exercises.ts';
import type { LessonDockerfile } from '../lessons/lesson-dockerfiles.ts';
import { pageProofs } from '../lessons/page-dockerfiles.ts';
import { checkTypes } from './registry.ts';
import { emptyEvidence } from './sample-evidence.ts';

const { exercises } = await loadExercises(join(import.meta.dirname, '../../content'));
const { dockerfiles, problems } = await pageProofs(exercises);

const examplesOf = (type: string) => dockerfiles.filter(({ lesson }) => lesson === `checks/${type}`);

/** The check that an example's mark means. */
function checkOf({ app, expect: { refusedBy, passes }, ownCheck }: LessonDockerfile) {
  if (ownCheck !== undefined) return ownCheck;
  const exercise = exercises.find(({ slug }) => slug === app);
  return exercise?.checks.find(({ id }) => id === (refusedBy ?? passes));
}

test('the pages have no mistakes in their marks', () => {
  expect(problems).toEqual([]);
});

test.each(checkTypes.map(({ type }) => type))('the page of %s has a bad and a good example that are built', (type) => {
  const [bad, good] = examplesOf(type);
  const outcome = type === 'builds' ? { fails: expect.any(String) } : { refusedBy: expect.any(String) };
  expect(bad?.expect).toEqual(outcome);
  expect(good?.expect).toEqual({ passes: expect.any(String) });
  for (const one of type === 'builds' ? [good] : [bad, good]) {
    expect(one && checkOf(one)?.type.type, 'a check of another type').toBe(type);
  }
});

test.each(['base', 'stages'])('the examples on the page of %s are judged as it says', (type) => {
  const examples = examplesOf(type).filter(({ expect: { refusedBy, passes } }) => refusedBy ?? passes);
  const status = (one: LessonDockerfile) => {
    const check = checkOf(one);
    const evidence = emptyEvidence({ dockerfile: parseDockerfile(one.dockerfile) });
    return check?.type.judge(check.params, evidence, check.id).status;
  };
  expect(examples.map(status)).toEqual(['failed', 'passed']);
});
