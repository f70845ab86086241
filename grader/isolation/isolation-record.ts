/** What the self-test found is remembered beside the engine, so that only the first start of an engine waits for it. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { EngineStatus } from '../engine/engine.ts';
import { isolationReportSchema } from './isolation.ts';

const subjectSchema = z.object({
  launcher: z.string(),
  /** Of the engine. */
  recipe: z.string(),
  /** The kernel's release: it is what holds the walls up. */
  kernel: z.string(),
  /** Changes with the attacks and with how they are judged. */
  check: z.string(),
});
/** What a result holds for; anything else has to be tried anew. */
export type CheckedSubject = z.infer<typeof subjectSchema>;

const recordSchema = z.object({ subject: subjectSchema, report: isolationReportSchema });
export type IsolationRecord = z.infer<typeof recordSchema>;

export function subjectOf({ launcher, recipe }: Pick<EngineStatus, 'launcher' | 'recipe'>): CheckedSubject {
  return { launcher, recipe, kernel: release(), check: checkVersion() };
}

/** The first difference in words, or undefined when a result for one holds for the other. */
export function differenceBetween(then: CheckedSubject, now: Partial<CheckedSubject>): string | undefined {
  const words = { launcher: 'way to launch it', recipe: 'engine', kernel: 'kernel', check: 'self-test' };
  const changed = (Object.keys(words) as (keyof CheckedSubject)[]).find(
    (part) => now[part] !== undefined && now[part] !== then[part],
  );
  return changed && `the ${words[changed]} has changed since`;
}

/** A hash of the attacks and the judge. */
export function checkVersion(): string {
  const hash = createHash('sha256');
  const files = readdirSync(import.meta.dirname).filter(
    (name) => /\.(?:ts|sh)$/.test(name) && !name.includes('.test.'),
  );
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(import.meta.dirname, name)));
  return hash.digest('hex').slice(0, 12);
}

const fileIn = (homeDir: string) => join(homeDir, 'isolation.json');

/** The last result, whatever it was for; a file that can't be read is as good as none. */
export async function readIsolation(homeDir: string): Promise<IsolationRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(fileIn(homeDir), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function rememberIsolation(homeDir: string, record: IsolationRecord): Promise<void> {
  const file = fileIn(homeDir);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, JSON.stringify(record, null, 2));
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
