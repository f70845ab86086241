import { describe, expect, test } from 'vitest';
import { count, list, onLine, plain, quote, sentence } from './show.ts';

describe('quote', () => {
  test('puts text in backticks', () => {
    expect(quote('RUN npm ci')).toBe('`RUN npm ci`');
  });
  test('spells out line breaks, escape sequences and right-to-left marks', () => {
    expect(quote('/app/a\nb\u001b[31m\u202egnp')).toBe('`/app/a\\nb\\u001b[31m\\u202egnp`');
  });
  test('does not let a backtick end the quotation', () => {
    expect(quote('a`b')).toBe("`a'b`");
  });
  test('cuts long text', () => {
    expect(quote('x'.repeat(10_000), 10)).toBe(`\`${'x'.repeat(9)}…\``);
  });
  test('does not cut an emoji in half', () => {
    expect(plain('abc😀def', 5)).toBe('abc…');
  });
});

describe('list', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('shows %j as "%s"', (items, text) => {
    expect(list(items)).toBe(text);
  });
});

test('counts in singular and plural', () => {
  expect([count(1, 'stage'), count(0, 'stage'), count(3, 'stage')]).toEqual(['1 stage', '0 stages', '3 stages']);
});

test('names a line only where one is known', () => {
  expect([onLine(4), onLine(undefined)]).toEqual([' on line 4', '']);
});

test('makes a sentence of a fragment', () => {
  expect([sentence('not found'), sentence('Really?')]).toEqual(['Not found.', 'Really?']);
});
