import { expect, test } from 'vitest';
import { readPlaywright, readVitest } from './test-results.ts';

test('names what failed in which file, with the first lines of why', () => {
  const report = {
    success: false,
    numPassedTests: 2,
    testResults: [
      {
        name: '/repo/grader/a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'a works', status: 'passed' },
          { fullName: 'b works', status: 'failed', failureMessages: ['\u001b[31mexpected 1\u001b[39m\n\n to be 2'] },
        ],
      },
    ],
  };
  expect(readVitest(report, '/repo')).toEqual({
    passed: 2,
    failures: ['grader/a.test.ts › b works\n    expected 1\n    to be 2'],
  });
});

test('a file that could not be loaded, and an error outside every test, are failures', () => {
  const unloaded = { name: '/repo/a.test.ts', status: 'failed', message: 'no module', assertionResults: [] };
  const report = { success: false, numPassedTests: 0, testResults: [unloaded] };
  expect(readVitest(report, '/repo').failures).toEqual(['a.test.ts\n    no module']);
  expect(readVitest({ ...report, testResults: [] }, '/repo').failures).toHaveLength(1);
});

test('a browser test that passed only the second time is a failure, in whatever suite it stands', () => {
  const spec = (status: string) => ({
    ...{ title: status, file: 'a.spec.ts', line: 3 },
    tests: [{ status, results: [{ error: { message: 'Timed out' } }, {}] }],
  });
  const suites = [{ specs: [spec('expected')], suites: [{ specs: [spec('flaky'), spec('unexpected')] }] }];
  expect(readPlaywright({ stats: { expected: 1 }, suites, errors: [] })).toEqual({
    passed: 1,
    failures: ['a.spec.ts:3 › flaky\n    Timed out', 'a.spec.ts:3 › unexpected\n    Timed out'],
  });
  expect(readPlaywright({ stats: { expected: 0 }, suites: [], errors: [{ message: 'no server' }] }).failures).toEqual([
    'browser\n    no server',
  ]);
});
