import { expect, test } from 'vitest';
import type { Problem } from '../../dockerfile/problem.ts';
import { byGravity, countProblems } from './problem-counts.ts';

const problem = (severity: Problem['severity'], line: number, file: Problem['file'] = 'Dockerfile'): Problem => ({
  rule: 'x',
  file,
  line,
  column: 1,
  endLine: line,
  endColumn: 2,
  severity,
  message: '',
  fixes: [],
});

test('the gravest come first, the Dockerfile before .dockerignore, then by line', () => {
  const sorted = byGravity([
    problem('info', 1),
    problem('error', 1, '.dockerignore'),
    problem('warning', 9),
    problem('warning', 2),
    problem('error', 5),
  ]);
  expect(sorted.map(({ severity, line, file }) => `${severity} ${file} ${line}`)).toEqual([
    'error Dockerfile 5',
    'error .dockerignore 1',
    'warning Dockerfile 2',
    'warning Dockerfile 9',
    'info Dockerfile 1',
  ]);
});

test('the count names each kind once', () => {
  expect(countProblems([])).toBe('none');
  expect(countProblems([problem('error', 1), problem('warning', 1), problem('warning', 2), problem('info', 3)])).toBe(
    '1 error, 2 warnings, 1 note',
  );
});
