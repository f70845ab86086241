import { expect, test } from 'vitest';
import { appendLines, chunkLinesMax, emptyLog, logText, plainText } from './log-buffer.ts';

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ text: `line ${from + index}`, stream: 'stdout' as const }));

test('lines stay in order across chunks, and full chunks are not made anew', () => {
  const count = 2 * chunkLinesMax + 7;
  const first = appendLines(emptyLog, lines(count));
  const second = appendLines(first, lines(3, count));
  expect(second.chunks.flat().map((line) => line.text)).toEqual(lines(count + 3).map((line) => line.text));
  expect(second.chunks[0]).toBe(first.chunks[0]);
  expect(second.chunks[1]).toBe(first.chunks[1]);
  expect(second.chunks[2]).not.toBe(first.chunks[2]);
});

test('an endless log keeps its end and counts what it dropped', () => {
  let buffer = emptyLog;
  for (let index = 0; index < 110; index += 1) buffer = appendLines(buffer, lines(1000, index * 1000));
  expect(buffer.count).toBe(110_000);
  expect(buffer.dropped).toBe(10_000);
  expect(buffer.chunks.flat()).toHaveLength(100_000);
  expect(buffer.chunks.at(-1)?.at(-1)?.text).toBe('line 109999');
});

test('no lines, no change', () => {
  expect(appendLines(emptyLog, [])).toBe(emptyLog);
});

test('colours and rewritten progress do not reach the page', () => {
  expect(plainText('\u001b[31mnpm\u001b[0m warn')).toBe('npm warn');
  expect(plainText('10%\r50%\r100%')).toBe('100%');
  expect(plainText('\u001b]0;title\u0007done\r')).toBe('done');
});

test('the download names the stage of each line', () => {
  const buffer = appendLines(emptyLog, [{ text: 'added 4', stream: 'stdout', stage: 'build' }, ...lines(1)]);
  expect(logText(buffer)).toBe('[build] added 4\nline 0\n');
});
