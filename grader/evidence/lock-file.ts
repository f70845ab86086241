/** Which packages an app's lock file names, and for what: of the app as it is, not as a build sees it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StagecraftError } from '../errors.ts';
import type { LockFileEvidence } from './evidence.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional(), link: z.boolean().optional() }),
  ),
});

/** @throws StagecraftError `bad_input` when the app has no lock file of npm that can be read, which is the exercise's fault */
export async function readLockFile(contextDir: string): Promise<LockFileEvidence> {
  const text = await readFile(join(contextDir, 'package-lock.json'), 'utf8').catch(() => undefined);
  const parsed = lockSchema.safeParse(text === undefined ? undefined : tryJson(text));
  if (parsed.success) return packagesOf(parsed.data.packages);
  const message =
    "The exercise's packages check asks for development packages, but its app has no package-lock.json (version 2 or 3) that says which those are.";
  throw new StagecraftError('bad_input', message);
}

/** Pure. A package that production needs too, in whatever version, is none of development's. */
export function packagesOf(packages: z.infer<typeof lockSchema>['packages']): LockFileEvidence {
  const named = Object.entries(packages).flatMap(([path, { dev = false, link = false }]) => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    return name === undefined || link ? [] : [{ name, dev }];
  });
  const production = new Set(named.filter(({ dev }) => !dev).map(({ name }) => name));
  const development = new Set(named.map(({ name }) => name).filter((name) => !production.has(name)));
  return { development: [...development].sort(), production: [...production].sort() };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
