/** What stands above the list of problems, and what it is sorted by. */

import type { Problem, Severity } from '../../dockerfile/problem.ts';
import { problemStrings } from './strings.ts';

const order: Severity[] = ['error', 'warning', 'info'];

/** The gravest first, then as they stand in the file. */
export const byGravity = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted(
    (a, b) =>
      order.indexOf(a.severity) - order.indexOf(b.severity) ||
      a.file.localeCompare(b.file) * -1 ||
      a.line - b.line ||
      a.column - b.column,
  );

/** `1 error, 2 warnings` */
export function countProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return problemStrings.none;
  return order
    .map((severity) => ({ severity, count: problems.filter((problem) => problem.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => problemStrings.count[severity](count))
    .join(', ');
}
