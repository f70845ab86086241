import { describe, expect, test } from 'vitest';
import {
  absolutePathParam,
  globMatcher,
  globsParam,
  regexParam,
  sizeParam,
  textMatcher,
  textOrRegexParam,
} from './params.ts';

describe('parameters of checks', () => {
  test('a size becomes bytes', () => {
    expect(sizeParam.parse('250MB')).toBe(250_000_000);
  });
  test.each([
    [sizeParam, '250MiB', 'expected a size like 250MB'],
    [sizeParam, 0, 'expected a size like 250MB'],
    [sizeParam, true, 'expected a size like 250MB'],
    [regexParam, '(npm', 'expected a regular expression, found "(npm"'],
    [textOrRegexParam, '/(a/', 'expected a text or /regex/, found "/(a/"'],
    [absolutePathParam, 'proof.txt', 'expected an absolute path like /app/proof.txt, found "proof.txt"'],
    [globsParam, ['**/a/**/b'], 'expected one `**` and perhaps a `/**` at the end, found "**/a/**/b"'],
    [globsParam, ['app/**'], 'expected a glob over absolute paths, like /app/** or **/.npmrc, found "app/**"'],
  ])('what is not one is refused with a sentence that says what is expected (%#)', (schema, value, message) => {
    const result = schema.safeParse(value);
    expect(result.error?.issues[0]?.message).toContain(message);
  });
});

describe('textMatcher', () => {
  test('finds a text anywhere', () => {
    expect(textMatcher('application/json')('application/json; charset=utf-8')).toBe(true);
  });
  test('takes /regex/flags', () => {
    const matches = textMatcher('/^TEXT\\/html/gi');
    expect([matches('text/html'), matches('text/html'), matches('a text/html')]).toEqual([true, true, false]);
  });
});

describe('globMatcher', () => {
  test('matches hidden files and folders', () => {
    expect(globMatcher(['/app/**'])('/app/.git/config')).toBe(true);
  });
  test.each(['**/a/**', '/app/**/a*/**', '**/*.ts'])('comes to an end over deep folders (%s)', (glob) => {
    const matches = globMatcher(globsParam.parse([glob]));
    const path = `/app/${'a/'.repeat(2040)}`;
    for (let index = 0; index < 1_000; index++) matches(path);
  });
  test.each(['\n', '\r', '\u2028', '\u2029'])('is not fooled by a line break in a name (%j)', (lineBreak) => {
    expect(globMatcher(['/app/**'])(`/app/a${lineBreak}b`)).toBe(true);
  });
});
