/** A copy of a build's context to be changed: what was submitted is never written to. */
import { constants } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagecraftError } from '../errors.ts';
import type { ContextEdit } from './need.ts';

/** Hands the copy's folder to `use` and removes it afterwards. Times are kept, so that what is not changed stays cached. */
export async function withContextCopy<T>(contextDir: string, use: (dir: string) => Promise<T>): Promise<T> {
  const copy = await mkdtemp(join(dirname(contextDir), 'context-'));
  try {
    await cp(contextDir, copy, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

export interface ContextChanges {
  /** Texts by path. */
  overlay: Record<string, string>;
  edits: ContextEdit[];
}

/**
 * Lays texts over a context and edits its files. Paths come from the exercise and were checked when it was read.
 * @throws StagecraftError `bad_input` when a text that is to be replaced isn't there, which is the exercise's fault
 */
export async function changeContext(dir: string, { overlay, edits }: ContextChanges): Promise<void> {
  for (const [path, text] of Object.entries(overlay)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    // What stands there may be a link.
    await rm(join(dir, path), { force: true });
    await writeFile(join(dir, path), text, { flag: 'wx' });
  }
  for (const { file, replace, with: text } of edits) {
    const path = join(dir, file);
    const regular = await lstat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    const content = regular ? await readFile(path, 'utf8') : '';
    if (!content.includes(replace)) {
      const message = `The exercise's target check replaces ${JSON.stringify(replace)} in ${file}, but it doesn't stand there. Correct it in exercise.yaml.`;
      throw new StagecraftError('bad_input', message);
    }
    await writeFile(
      path,
      content.replace(replace, () => text),
    );
  }
}
