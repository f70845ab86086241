/** Parameters that several check types have: each refuses what it can't use with a sentence that says what it can. */
import picomatch from 'picomatch';
import { z } from 'zod';
import { parseSize } from './format-size.ts';

export const sizeParam = z
  .union([z.string(), z.number()], { error: 'expected a size like 250MB, 300kB or a number of bytes' })
  .refine((size) => (parseSize(size) ?? 0) > 0, {
    error: (issue) => `expected a size like 250MB, 300kB or a number of bytes, found ${JSON.stringify(issue.input)}`,
  })
  .transform((size) => parseSize(size) ?? 0);

export const regexParam = z.string().superRefine((text, context) => {
  try {
    new RegExp(text);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `expected a regular expression, found ${JSON.stringify(text)} (${error instanceof Error ? error.message : 'invalid'})`,
    });
  }
});

/** A text, or `/regex/flags`. */
export const textOrRegexParam = z.string().superRefine((text, context) => {
  try {
    textMatcher(text);
  } catch {
    context.addIssue({ code: 'custom', message: `expected a text or /regex/, found ${JSON.stringify(text)}` });
  }
});

export const absolutePathParam = z.string().regex(/^\/\S/, {
  error: (issue) => `expected an absolute path like /app/proof.txt, found ${JSON.stringify(issue.input)}`,
});

export const contextPathParam = z
  .string()
  .regex(/^(?!\/|\.\.?(?:\/|$)|.*\/\.\.(?:\/|$)|.*\/$).+$/, 'expected a path inside the app, like src/index.ts');

const globParam = z
  .string()
  .refine((glob) => /^(\/|\*\*)/.test(glob), {
    error: (issue) =>
      `expected a glob over absolute paths, like /app/** or **/.npmrc, found ${JSON.stringify(issue.input)}`,
  })
  // Each further `**` multiplies what a hostile image with deep folders can make us compute: seconds per path.
  .refine((glob) => glob.replace(/\/\*\*$/, '').split('**').length <= 2, {
    error: (issue) => `expected one \`**\` and perhaps a \`/**\` at the end, found ${JSON.stringify(issue.input)}`,
  });
export const globsParam = z.array(globParam).min(1);

/** Whether a text contains the given text, or matches it when it is written `/regex/flags`. */
export function textMatcher(expected: string): (found: string) => boolean {
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(expected);
  if (regex === null) return (found) => found.includes(expected);
  const compiled = new RegExp(regex[1] ?? '', regex[2]);
  // `g` and `y` remember where they stopped.
  return (found) => {
    compiled.lastIndex = 0;
    return compiled.test(found);
  };
}

/** Matches absolute paths. A `.` of picomatch stops at a line break, so that `/app/**` would miss a file named `a\nb`. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { dot: true });
  return (path) => matches(path.replace(/[\n\r\u2028\u2029]/g, '_'));
}
