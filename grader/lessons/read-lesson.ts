/** A lesson's file taken apart: what stands above it, and the prose without what is between fences. */
import { z } from 'zod';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { parseYaml, yamlFrom } from '../exercises/yaml-file.ts';

/** As `src/content.config.ts` reads it. */
const frontMatterSchema = z.strictObject({
  title: z.string().trim().min(1),
  summary: z.string().trim().min(1),
  minutes: z.number().int().positive(),
  module: z.string().trim().min(1),
  /** Lessons that this one builds on, by their names. */
  needs: z.array(z.string().trim().min(1)).optional(),
  next: z.string().trim().min(1).optional(),
});
export type FrontMatter = z.infer<typeof frontMatterSchema>;

export interface ReadLesson {
  /** Undefined when it is missing or broken, which a problem says. */
  front: FrontMatter | undefined;
  /** The line of a key of the front matter. */
  lineOf: (key: keyof FrontMatter) => number | undefined;
  /** As many lines as the file; front matter and code are empty lines, so that line numbers hold. */
  prose: string;
}

export function readLesson(file: string, text: string, problems: ContentProblem[]): ReadLesson {
  const [whole, yaml] = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (whole === undefined || yaml === undefined) {
    problems.push({ file, line: 1, message: 'expected front matter between two lines of ---, found none' });
    return { front: undefined, lineOf: () => undefined, prose: proseOf(text) };
  }
  // One line end stands for the opening `---`: then lines are those of the file.
  const parsed = yamlFrom(file, `\n${yaml}\n`, problems);
  return {
    front: parsed && parseYaml(parsed, frontMatterSchema, problems),
    lineOf: (key) => parsed?.lineOf([], key),
    prose: proseOf(whole.replace(/[^\n]+/g, '') + text.slice(whole.length)),
  };
}

/** Blanks fenced code and inline code: neither links nor cites. */
export function proseOf(text: string): string {
  const lines = text.split('\n');
  let fence: string | undefined;
  const kept = lines.map((line) => {
    const ticks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && ticks === undefined) return line;
    if (fence === undefined) fence = ticks;
    else if (ticks?.startsWith(fence)) fence = undefined;
    return '';
  });
  return kept.join('\n').replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}
