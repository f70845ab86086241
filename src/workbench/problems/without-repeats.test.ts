import { expect, test } from 'vitest';
import type { Problem } from '../../dockerfile/problem.ts';
import type { LineMark } from '../line-marks.ts';
import { withoutRepeats } from './without-repeats.ts';

const mark = (line: number, message: string): LineMark => ({ file: 'Dockerfile', line, severity: 'error', message });
const problem = { file: 'Dockerfile', line: 3, message: 'no such stage' } as Problem;

test('what the rules say again is left out, all else of a submission stays', () => {
  const marks = [mark(3, 'no such stage'), mark(4, 'no such stage'), mark(3, 'the command failed')];
  expect(withoutRepeats(marks, [problem])).toEqual([marks[1], marks[2]]);
});
