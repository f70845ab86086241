/** The folder that an inspected project is built from: its own, or a copy where a lock file has to name the mirror. */
import { constants } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withMirrorAddresses } from './catalogue/packages/python/mirrored-lock.ts';

export interface ProjectFolder {
  contextDir: string;
  /** Relative to it. */
  files: readonly string[];
  /** Where a copy may be made; the caller removes it. */
  workDir: string;
  /** Of the package mirror, as builds reach it. */
  mirrorUrl: string;
}

/** @returns `contextDir`, or the copy; the user's files are never written to */
export async function mirroredContext({ contextDir, files, workDir, mirrorUrl }: ProjectFolder): Promise<string> {
  const changed = new Map<string, string>();
  for (const path of files.filter((one) => basename(one) === 'uv.lock')) {
    const text = await readFile(join(contextDir, path), 'utf8');
    const mirrored = withMirrorAddresses(text, `${mirrorUrl}/pypi/simple/`);
    if (mirrored !== text) changed.set(path, mirrored);
  }
  if (changed.size === 0) return contextDir;
  const copy = join(workDir, 'context');
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  await cp(contextDir, copy, { ...options, mode: constants.COPYFILE_FICLONE });
  for (const [path, text] of changed) {
    await rm(join(copy, path));
    await writeFile(join(copy, path), text, { flag: 'wx' });
  }
  return copy;
}
