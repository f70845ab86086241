import { describe, expect, test } from 'vitest';
import { formatSize, formatSizes, parseSize } from './format-size.ts';

describe('formatSize', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [2_110_000, '2.11 MB'],
    [194_300_000, '194 MB'],
    [999_499, '999 kB'],
    [999_950, '1 MB'],
    [1_106_000_000, '1.11 GB'],
    [-5, '0 bytes'],
    [7e15, '7000 TB'],
  ])('prints %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

describe('formatSizes', () => {
  test('uses three digits where they tell two sizes apart', () => {
    expect(formatSizes(412_000_000, 250_000_000)).toEqual(['412 MB', '250 MB']);
  });
  test('uses more digits where three would print the same size twice', () => {
    expect(formatSizes(250_040_000, 250_000_000)).toEqual(['250.04 MB', '250 MB']);
  });
  test('tells sizes apart that differ by one byte', () => {
    const [one, other] = formatSizes(250_000_001, 250_000_000);
    expect(one).not.toBe(other);
  });
  test('prints equal sizes the same', () => {
    expect(formatSizes(5_000, 5_000)).toEqual(['5 kB', '5 kB']);
  });
});

describe('parseSize', () => {
  test.each([
    ['250MB', 250_000_000],
    ['250 MB', 250_000_000],
    ['1.5GB', 1_500_000_000],
    ['300kB', 300_000],
    ['300KB', 300_000],
    ['12', 12],
    [4096, 4096],
    ['0', 0],
  ])('reads %s as %d bytes', (size, bytes) => {
    expect(parseSize(size)).toBe(bytes);
  });
  test.each(['', 'big', '250MiB', '-3MB', '1,5GB', Number.NaN, -1])('refuses %s', (size) => {
    expect(parseSize(size)).toBeUndefined();
  });
});
