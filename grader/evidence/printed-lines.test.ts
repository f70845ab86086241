import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { PrintedLines } from './printed-lines.ts';

const line = (text: string) => ({ vertex: '[2/2] RUN make', text, stream: 'stdout' as const });

test('keeps what steps print, in order, with the step that printed it', () => {
  const printed = new PrintedLines();
  printed.add({ type: 'log', lines: [line('one')] });
  printed.add({ type: 'vertex', vertex: { name: 'x', cached: false, durationMs: 1 }, status: 'done' });
  printed.add({ type: 'log', lines: [line('two'), line('three')] });
  expect(printed.lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(printed.lines[0]?.vertex).toBe('[2/2] RUN make');
});

test('keeps no more than the limit', () => {
  const printed = new PrintedLines();
  const long = 'x'.repeat(8 * 1024);
  for (let written = 0; written < 2 * limits.evidence.rebuildLogBytesMax; written += long.length)
    printed.add({ type: 'log', lines: [line(long)] });
  const kept = printed.lines.reduce((sum, { text }) => sum + text.length, 0);
  expect(kept).toBeLessThanOrEqual(limits.evidence.rebuildLogBytesMax);
  expect(kept).toBeGreaterThan(limits.evidence.rebuildLogBytesMax / 2);
});
