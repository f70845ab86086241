import { describe, expect, test } from 'vitest';
import { fitsPattern } from './fits-pattern.ts';

describe('fitsPattern', () => {
  test.each([
    ['package*.json', 'package-lock.json', true],
    ['package*.json', 'src/package.json', false],
    ['*', 'src/main.go', false],
    ['**', 'src/main.go', true],
    ['**/*.go', 'main.go', true],
    ['**/*.go', 'src/deep/main.go', true],
    ['src/**', 'src/deep/main.go', true],
    ['src/**/main.go', 'src/main.go', true],
    ['src/**/main.go', 'srcmain.go', false],
    ['**/src', 'mysrc', false],
    ['?.txt', 'a.txt', true],
    ['?.txt', '.txt', false],
    ['a?b', 'a/b', false],
    ['[a-c].txt', 'b.txt', true],
    ['[a-c].txt', 'd.txt', false],
    ['[^a-c].txt', 'd.txt', true],
    ['[a.]txt', '.txt', true],
    ['[\\]x]', ']', true],
    ['[x', '[x', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a+(b).c', 'a+(b).c', true],
    ['', '', true],
  ])('%s and %s: %s', (pattern, path, fits) => {
    expect(fitsPattern(pattern, path)).toBe(fits);
  });

  test('a hostile pattern takes no longer than its length', () => {
    // As regular expressions these would take years.
    for (const part of ['*', '*a', '**/', '?(x)*', '[a-z]*', '[', '\\'])
      expect(fitsPattern(`${part.repeat(30_000 / part.length)}!`, 'package-lock.json')).toBe(false);
  });
});
