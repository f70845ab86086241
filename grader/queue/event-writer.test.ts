import { expect, test } from 'vitest';
import type { SubmissionEvent } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import { mergeLogs } from './event-writer.ts';

const log = (...texts: string[]): SubmissionEvent => ({
  type: 'log',
  lines: texts.map((text) => ({ text, stream: 'stdout' as const })),
});
const phase: SubmissionEvent = { type: 'phase', phase: 'build' };

test('neighbouring log events become one, and nothing is moved across another event', () => {
  expect(mergeLogs([log('a'), log('b', 'c'), phase, log('d')])).toEqual([log('a', 'b', 'c'), phase, log('d')]);
});

test('one event never carries more lines than the limit', () => {
  const lines = Array.from({ length: limits.queue.linesPerEventMax + 1 }, (_, index) => String(index));
  const merged = mergeLogs([log(...lines)]);
  expect(merged).toEqual([log(...lines.slice(0, -1)), log(...lines.slice(-1))]);
});
