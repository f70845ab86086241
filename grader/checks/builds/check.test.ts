import { describe, expect, test } from 'vitest';
import type { BuildError } from '../../contract/report.ts';
import { builtEvidence, emptyEvidence } from '../sample-evidence.ts';
import { builds } from './check.ts';

function judgeError(error: BuildError | undefined) {
  const evidence = emptyEvidence();
  return builds.judge({}, { ...evidence, build: { ...evidence.build, error } }, 'builds');
}

describe('builds', () => {
  test('passes when there is an image and says how long it took', () => {
    expect(builds.judge({}, builtEvidence(), 'builds')).toMatchObject({ status: 'passed', actual: 'built in 1.2 s' });
  });
  test('fails with the error, its line, its stage and the hint', () => {
    const judgement = judgeError({
      code: 'compiler_missing',
      message: 'the compiler is not installed here',
      hint: 'it is a devDependency',
      line: 6,
      stage: 'builder',
    });
    expect(judgement).toEqual({
      status: 'failed',
      actual: 'the compiler is missing (stage builder)',
      message: 'The compiler is not installed here. It is a devDependency.',
      line: 6,
    });
  });
  test('fails with the bare sentence where no line is known', () => {
    expect(judgeError({ code: 'timeout', message: 'The build took longer than 5 minutes.' })).toEqual({
      status: 'failed',
      actual: 'not done in time',
      message: 'The build took longer than 5 minutes.',
    });
  });
  test('fails when no error is known either', () => {
    expect(judgeError(undefined)).toMatchObject({ status: 'failed', actual: 'no image' });
  });
  test('fails when the build says it worked but left no image', () => {
    expect(builds.judge({}, builtEvidence({ image: undefined }), 'builds').status).toBe('failed');
  });
  test('does not let an error message break out of its line', () => {
    const { message } = judgeError({ code: 'unknown', message: `a\n\u001b[2Jb${'x'.repeat(10_000)}` });
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(700);
  });
});
