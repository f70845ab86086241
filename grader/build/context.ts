/**
 * The folder that one build sees: a copy of the exercise's app with the submitted Dockerfile and .dockerignore in it.
 *
 * Absent on purpose: hard links. A build must never be able to write through to the exercise.
 */
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../errors.ts';

export interface ContextRequest {
  /** The installation's folder; contexts live below it. */
  homeDir: string;
  /** The exercise's `app/`. */
  appDir: string;
  dockerfile: string;
  /** Undefined: there is none, even when the app has one. */
  dockerignore?: string | undefined;
}

export interface BuildContext {
  dir: string;
  /** Removes the folder. Never throws. */
  dispose(): Promise<void>;
}

/**
 * Makes the folder; dispose it in `finally`. Times are kept, so that equal submissions give equal layers.
 * @throws StagecraftError `internal` when the app can't be copied, `disk_full` when there is no room
 */
export async function makeContext(request: ContextRequest): Promise<BuildContext> {
  const parent = contextsDir(request.homeDir);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const dir = await mkdtemp(join(parent, 'context-'));
  const dispose = (): Promise<void> => rm(dir, { recursive: true, force: true }).catch(() => {});
  try {
    await cp(request.appDir, dir, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    // The folder's own time is when it was made, for removeStaleContexts.
    const now = new Date();
    await replace(join(dir, 'Dockerfile'), request.dockerfile);
    await replace(join(dir, '.dockerignore'), request.dockerignore);
    await utimes(dir, now, now);
    return { dir, dispose };
  } catch (cause) {
    await dispose();
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    const message = full
      ? `There is no room for a build context below ${request.homeDir}: free some disk space.`
      : `The build context of ${request.appDir} can't be made below ${request.homeDir}.`;
    throw new StagecraftError(full ? 'disk_full' : 'internal', message, { cause });
  }
}

/** Removes what a killed process left behind: contexts older than `olderThanMs`. */
export async function removeStaleContexts(homeDir: string, olderThanMs: number): Promise<void> {
  const parent = contextsDir(homeDir);
  const names = await readdir(parent).catch(() => [] as string[]);
  for (const name of names) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > olderThanMs)
      await rm(path, { recursive: true, force: true });
  }
}

function contextsDir(homeDir: string): string {
  return join(homeDir, 'contexts');
}

/** Writes a fresh file: what stood there might be a link. */
async function replace(path: string, text: string | undefined): Promise<void> {
  await rm(path, { recursive: true, force: true });
  if (text !== undefined) await writeFile(path, text, { flag: 'wx' });
}
