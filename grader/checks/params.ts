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

/** What a value has to be: exactly this text, `/regex/`, or `true` for anything but nothing. Numbers as YAML has them. */
export const valueParam = z.union([z.literal(true), z.number().transform(String), textOrRegexParam]);
export type ValueParam = z.infer<typeof valueParam>;

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
  const regex = writtenRegex(expected);
  return regex === undefined ? (found) => found.includes(expected) : (found) => regex.test(found);
}

/** `/regex/flags` compiled; undefined for plain text. `g` and `y`, which remember where they stopped, are left out. */
export function writtenRegex(text: string): RegExp | undefined {
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags.replace(/[gy]/g, ''));
}

/** Whether a value is the wanted one; a text has to be equal, unlike with `textMatcher`. */
export function valueMatcher(wanted: ValueParam): (found: string) => boolean {
  if (wanted === true) return (found) => found.trim() !== '';
  const regex = writtenRegex(wanted);
  return regex === undefined ? (found) => found === wanted : (found) => regex.test(found);
}

/** Matches absolute paths. A `.` of picomatch stops at a line break, so that `/app/**` would miss a file named `a\nb`. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { dot: true });
  return (path) => matches(path.replace(/[\n\r\u2028\u2029]/g, '_'));
}
