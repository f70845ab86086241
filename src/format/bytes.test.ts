import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatTimes } from './bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [8_712_345, '8.71 MB'],
  [191_400_000, '191 MB'],
  [999_600_000, '1 GB'],
  [1_098_000_000, '1.1 GB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text.replace(' ', '\u202f'));
});

test('a factor keeps two digits below ten and is whole above', () => {
  expect(formatTimes(1100, 204)).toBe('5.4');
  expect(formatTimes(1100, 9)).toBe('122');
});

test('durations keep a tenth of a second only while it can be felt', () => {
  expect(formatDuration(840)).toBe('0.8\u202fs');
  expect(formatDuration(59_400)).toBe('59\u202fs');
  expect(formatDuration(125_000)).toBe('2\u202fmin 5\u202fs');
});
