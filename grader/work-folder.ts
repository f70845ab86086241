/** Folders of one build's notes and secrets: gone with the process that made them, at the latest when the next starts. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOwnerAlive, ownerId } from './owner.ts';

const prefix = 'stagecraft-work-';

/** An empty folder that only this user can open; remove it in `finally`. */
export function makeWorkFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${prefix}${ownerId()}-`));
}

/** Removes what killed processes left behind, and nothing of those that run. */
export async function removeStaleWorkFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [] as string[]);
  const stale = names.filter((name) => {
    const [, owner] = new RegExp(`^${prefix}(\\d+\\.\\w+)-`).exec(name) ?? [];
    return owner !== undefined && !isOwnerAlive(owner);
  });
  for (const name of stale) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
}
