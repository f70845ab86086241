import { expect, test } from 'vitest';
import { shownName } from './shown-name.ts';

test('letters that hide or turn round are written out', () => {
  expect(shownName('a\u202egnp.exe')).toBe('a\\u{202e}gnp.exe');
  expect(shownName('new\nline\u0000\u001b[31m')).toBe('new\\u{a}line\\u{0}\\u{1b}[31m');
  expect(shownName('größe-日本.txt')).toBe('größe-日本.txt');
});

test('a long name keeps its beginning and its end', () => {
  const shown = shownName(`/start/${'x'.repeat(5000)}/end.js`);
  expect(shown.length).toBeLessThan(310);
  expect(shown.startsWith('/start/')).toBe(true);
  expect(shown.endsWith('/end.js')).toBe(true);
});
