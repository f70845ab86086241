import { expect, test } from 'vitest';
import { appendLines, chunkLinesMax, emptyLog } from './log-buffer.ts';
import { matchesMax, searchLog, splitAt } from './log-search.ts';

const logOf = (...texts: string[]) =>
  appendLines(
    emptyLog,
    texts.map((text) => ({ text, stream: 'stdout' as const })),
  );

test('lines are found in order, whatever the case, and across chunks', () => {
  const texts = Array.from({ length: 2 * chunkLinesMax + 20 }, (_, index) =>
    index % chunkLinesMax === 7 ? `npm ERR! ${index}` : `line ${index}`,
  );
  expect(searchLog(logOf(...texts), 'Err!')).toEqual([
    { chunk: 0, line: 7 },
    { chunk: 1, line: 7 },
    { chunk: 2, line: 7 },
  ]);
});

test('what is searched is what is shown: no colours, and of a rewritten line the last writing', () => {
  const log = logOf('\u001b[31mer\u001b[1mror\u001b[0m', '10%\r100%', 'mistake');
  expect(searchLog(log, 'error')).toEqual([{ chunk: 0, line: 0 }]);
  expect(searchLog(log, '10%')).toEqual([]);
  expect(searchLog(log, '31m')).toEqual([]);
});

test('nothing is found of nothing, and an endless number is cut', () => {
  expect(searchLog(logOf('a'), '')).toEqual([]);
  expect(searchLog(logOf(...Array.from({ length: matchesMax + 5 }, () => 'a')), 'a')).toHaveLength(matchesMax);
});

test('a line is split at every place', () => {
  expect(splitAt('Err and ERROR', 'err')).toEqual(['', 'Err', ' and ', 'ERR', 'OR']);
  expect(splitAt('nothing', 'x')).toEqual(['nothing']);
  expect(splitAt('İ err', 'err').join('')).toBe('İ err');
});
