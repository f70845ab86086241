/** The sizes that somebody reads: only those are measured, or a release would wait for hundreds of builds. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the home page shows beside a starter and a solution (`src/home/steps.ts`). */
const onTheHomePage = ['mistakes/compiler-shipped', 'also-right/distroless-static'].map(
  (name) => `exercise:go-scratch:${name}`,
);

/** Ids like `exercise:go-scratch:mistakes/root` in the texts of the course. */
export async function quotedIds(contentDir: string): Promise<ReadonlySet<string>> {
  const files = (await readdir(contentDir, { recursive: true })).filter((path) => path.endsWith('.mdx'));
  const texts = await Promise.all(files.map((path) => readFile(join(contentDir, path), 'utf8')));
  const quoted = texts.flatMap((text) => [...text.matchAll(/["'](exercise:[^"'\n]+)["']/g)].map(([, id = '']) => id));
  return new Set([...quoted, ...onTheHomePage]);
}
