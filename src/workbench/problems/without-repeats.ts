import type { Problem } from '../../dockerfile/problem.ts';
import type { LineMark } from '../line-marks.ts';

/** What the last submission said, without what the rules say of the same line now: one squiggle is enough. */
export function withoutRepeats(marks: readonly LineMark[], problems: readonly Problem[]): LineMark[] {
  const told = new Set(problems.map(({ file, line, message }) => `${file} ${line} ${message}`));
  return marks.filter(({ file, line, message }) => !told.has(`${file} ${line} ${message}`));
}
