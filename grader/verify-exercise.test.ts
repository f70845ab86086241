import { describe, expect, test } from 'vitest';
import type { CheckReport, Report } from './contract/report.ts';
import { type Expectation, judgeOutcome } from './verify-exercise.ts';

const check = (id: string, status: CheckReport['status']): CheckReport => ({
  ...{ id, type: 'size', status, expected: 'less', actual: 'more', message: '' },
});

function report(build: Partial<Report['build']>, checks: CheckReport[] = []): Report {
  const failed = checks.some(({ status }) => status === 'failed');
  const ok = build.ok ?? true;
  return {
    verdict: ok ? (failed ? 'failed' : 'passed') : 'build_failed',
    checks,
    build: { ok, durationMs: 1, findings: [], vertexes: [], ...build },
    stages: [],
    catalogue: { source: 'stand-in' },
  };
}

const built = report({});
const refused = report({}, [check('small', 'failed'), check('answers', 'passed')]);
const broken = report({
  ok: false,
  error: { code: 'compiler_missing', message: 'Line 6 needs tsc.', raw: 'exit code:  127' },
});
const judge = (expectation: Expectation, from: Report, log = '') => judgeOutcome(expectation, { report: from, log });

describe('a case is as it should be', () => {
  test.each<[string, Expectation, Report]>([
    ['a right answer that passes', { verdict: 'passed' }, built],
    ['a mistake that its check refuses', { verdict: 'refused', refusedBy: 'small' }, refused],
    ['a starter that anything refuses', { verdict: 'refused' }, refused],
    ['a lesson that builds, whatever its checks say', { verdict: 'built' }, refused],
    ['a lesson that builds and is refused', { verdict: 'built', refusedBy: 'small' }, refused],
    ['a lesson that fails with the sentence', { verdict: 'not built', text: 'needs tsc' }, broken],
    ["a lesson that fails with BuildKit's words", { verdict: 'not built', text: 'exit code: 127' }, broken],
  ])('%s', (_name, expectation, from) => {
    expect(judge(expectation, from)).toMatchObject({ ok: true });
  });

  test('a lesson that fails with a line of the log', () => {
    expect(judge({ verdict: 'not built', text: 'tsc: not found' }, broken, '> build\nsh: 1: tsc: not found\n').ok).toBe(
      true,
    );
  });
});

describe('a case is not as it should be', () => {
  test.each<[string, Expectation, Report, RegExp]>([
    [
      'a right answer that is refused',
      { verdict: 'passed' },
      refused,
      /should pass with 5 % of every size limit to spare, but failed: small \(found more/,
    ],
    ['a mistake that passes', { verdict: 'refused' }, built, /should be refused, but passed/],
    [
      'a mistake that another check refuses',
      { verdict: 'refused', refusedBy: 'answers' },
      refused,
      /by "answers", but/,
    ],
    [
      'a mistake that fails otherwise',
      { verdict: 'refused', refusedBy: 'builds', buildError: 'timeout' },
      { ...broken, checks: [check('builds', 'failed')] },
      /should fail to build with "timeout"/,
    ],
    ['a lesson that does not build', { verdict: 'built' }, broken, /should build, but build_failed compiler_missing/],
    ['a lesson that no check refuses', { verdict: 'built', refusedBy: 'small' }, built, /by "small", but passed/],
    ['a lesson that builds', { verdict: 'not built', text: 'x' }, built, /should fail to build with "x", but it built/],
    ['a lesson that fails otherwise', { verdict: 'not built', text: 'gcc' }, broken, /"gcc", but failed with: Line 6/],
    ['a fault of the grader', { verdict: 'refused' }, { ...refused, verdict: 'grader_error' }, /the grader failed/],
  ])('%s', (_name, expectation, from, message) => {
    const outcome = judge(expectation, from);
    expect(outcome.ok).toBe(false);
    expect(outcome.message).toMatch(message);
  });

  test('a right answer that is refused, with what its learner would read', () => {
    const told = report({}, [{ ...check('small', 'failed'), message: 'The image is too big: look at line 3.' }]);
    expect(judge({ verdict: 'passed' }, told).message).toMatch(/found more.*\nThe image is too big: look at line 3\.$/);
  });

  test('a right answer that does not build, with the end of its log', () => {
    const { message } = judge({ verdict: 'passed' }, broken, `begin\n${'step\n'.repeat(20)}[ERROR] no such plugin\n`);
    expect(message).toContain('build_failed compiler_missing');
    expect(message).toContain('[ERROR] no such plugin');
    expect(message).not.toContain('begin');
  });
});
