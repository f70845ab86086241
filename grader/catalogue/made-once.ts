/**
 * Files and folders that appear whole or not at all: made under another name, then renamed. A process that is killed
 * leaves only a `.making-…` behind, which the next one removes.
 */

import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOwnerAlive, ownerId } from '../owner.ts';

const prefix = '.making-';
const unusedAfterMs = 24 * 60 * 60_000;
/** Containers may share a cache folder without seeing each other's processes. */
const pidNamespace = readPidNamespace();

/** Makes `path` unless it is there. Two makers at once do the work twice; the first to finish wins. */
export async function madeOnce(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await clearAbandoned(folder);
  const temporary = join(folder, `${ownPrefix()}${randomUUID()}-${basename(path)}`);
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
  return await mkdtemp(join(root, `${ownPrefix()}${name}-`));
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what dead processes were making, and what processes that can't be seen from here began a day ago. */
async function clearAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const [namespace, owner = ''] = name.slice(prefix.length).split('-');
    const abandoned = namespace === pidNamespace ? !isOwnerAlive(owner) : await isUnused(path);
    if (abandoned) await rm(path, { recursive: true, force: true });
  }
}

function ownPrefix(): string {
  return `${prefix}${pidNamespace}-${ownerId()}-`;
}

async function isUnused(path: string): Promise<boolean> {
  const changedAt = (await stat(path).catch(() => undefined))?.mtimeMs;
  return changedAt !== undefined && Date.now() - changedAt >= unusedAfterMs;
}

/** The number the kernel gives to a group of processes that see each other; `none` where there is no such thing. */
function readPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
  } catch {
    return 'none';
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
