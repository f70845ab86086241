import { expect, test } from 'vitest';
import type { Report } from '../../grader/contract/report.ts';
import { lineMarks } from './line-marks.ts';
import { viewOf } from './submission/submission-state.ts';

const report: Report = {
  verdict: 'build_failed',
  checks: [
    { id: 'a', type: 'stages', status: 'failed', expected: 'x', actual: 'y', message: 'one stage', line: 1 },
    { id: 'b', type: 'size', status: 'skipped', expected: 'x', actual: 'y', message: 'not built', line: 2 },
  ],
  build: {
    ok: false,
    durationMs: 1,
    error: { code: 'command_failed', message: 'npm failed', line: 4 },
    findings: [{ rule: 'r', file: '.dockerignore', line: 3, column: 2, severity: 'warning', message: 'odd pattern' }],
    vertexes: [],
  },
  stages: [],
  catalogue: { source: 'stand-in' },
};
const view = viewOf({
  id: 's',
  exercise: 'x',
  attempt: 1,
  state: 'finished',
  createdAt: '',
  dockerfile: '',
  lastEventSeq: 1,
  report,
});

test('findings, the build error and failed checks mark their lines; what was not judged marks none', () => {
  expect(lineMarks(view).map((mark) => [mark.file, mark.line, mark.severity])).toEqual([
    ['.dockerignore', 3, 'warning'],
    ['Dockerfile', 4, 'error'],
    ['Dockerfile', 1, 'warning'],
  ]);
});

test('a build error that a finding already marks is not marked twice', () => {
  const same = structuredClone(report);
  same.build.findings = [
    { rule: 'r', file: 'Dockerfile', line: 4, column: 1, severity: 'error', message: 'unknown instruction' },
  ];
  expect(lineMarks({ ...view, report: same }).filter((mark) => mark.line === 4)).toHaveLength(1);
});

test('nothing sent, nothing marked', () => {
  expect(lineMarks(undefined)).toEqual([]);
});
