/**
 * Files and folders that appear whole or not at all: made under another name, then renamed. A process that is killed
 * leaves only a `.making-…` behind, which the next one removes.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const prefix = '.making-';
const unusedAfterMs = 24 * 60 * 60_000;

/** Makes `path` unless it is there. Two makers at once do the work twice; the first to finish wins. */
export async function madeOnce(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await clearAbandoned(folder);
  const temporary = join(folder, `${prefix}${process.pid}-${randomUUID()}-${basename(path)}`);
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const beaten = code === 'ENOTEMPTY' || code === 'EEXIST';
    if (!beaten || !(await exists(path))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** An empty folder for the time of some work; the caller removes it, or, when killed, the next one to ask does. */
export async function workFolder(root: string, name: string): Promise<string> {
  await mkdir(root, { recursive: true });
  await clearAbandoned(root);
  return await mkdtemp(join(root, `${prefix}${process.pid}-${name}-`));
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what dead processes were making. */
async function clearAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Removes siblings of what is in use: downloads and images of older recipes that nobody has used for a day, and of the
 * others all but the `olderMax` last used.
 */
export async function forgetUnused(inUse: string, { olderMax = Number.POSITIVE_INFINITY } = {}): Promise<void> {
  const now = Date.now();
  await utimes(inUse, now / 1000, now / 1000).catch(() => {});
  const folder = dirname(inUse);
  const older: { path: string; usedAt: number }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const used = await stat(join(folder, name)).catch(() => undefined);
    if (name === basename(inUse) || name.startsWith(prefix) || used === undefined) continue;
    older.push({ path: join(folder, name), usedAt: used.mtimeMs });
  }
  older.sort((a, b) => b.usedAt - a.usedAt);
  for (const [at, { path, usedAt }] of older.entries())
    if (at >= olderMax || now - usedAt >= unusedAfterMs) await rm(path, { recursive: true, force: true });
  await clearAbandoned(folder);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
