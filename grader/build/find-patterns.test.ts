import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { findPatterns, literalPattern } from './find-patterns.ts';
import { seeded } from './testing/random-dockerfile.ts';

test.each([
  ['**/node_modules/typescript/package.json', ['./*node_modules/typescript/package.json']],
  ['/app/dist/*.js', ['./app/dist/*.js']],
  ['/app/**/*.{ts,tsx}', ['./app/*.ts', './app/*.tsx']],
  ['src/[ab].ts', ['./src/*.ts']],
])('%s', (glob, expected) => {
  expect(findPatterns(glob)).toEqual(expected);
});

test('a path is a pattern of itself', () => {
  expect(literalPattern('/a[1]*\\b?')).toBe('./a\\[1\\]\\*\\\\b\\?');
});

/** fnmatch without FNM_PATHNAME, as `find -path` has it. */
function found(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(`.${path}`);
}

test('whatever a glob matches, its patterns find', () => {
  const random = seeded(11);
  const pick = (from: string[]): string => from[random(from.length)] ?? '';
  let matched = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const glob = `/${Array.from({ length: 1 + random(4) }, () => pick(['**', '*', 'a', 'b', '*.js', '{a,b}', '?', '[ab]', 'a*', '@(a|b)', '*.{js,ts}'])).join('/')}`;
    const path = `/${Array.from({ length: 1 + random(4) }, () => pick(['a', 'b', 'x.js', '.js', 'a.ts'])).join('/')}`;
    if (!picomatch(glob, { dot: true })(path)) continue;
    matched += 1;
    expect(
      findPatterns(glob).some((pattern) => found(pattern, path)),
      `${glob} ${path} ${findPatterns(glob)}`,
    ).toBe(true);
  }
  expect(matched).toBeGreaterThan(500);
});
