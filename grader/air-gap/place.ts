/** Puts what was unpacked and verified where it belongs: by renaming, so that every file is there whole or not at all. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { exists } from '../catalogue/made-once.ts';
import type { LockedPackage } from '../catalogue/packages/npm-lock.ts';
import { addVersions } from '../catalogue/packages/npm-tree.ts';
import { writeWhole } from '../catalogue/packages/write-whole.ts';

/** Moves a folder into place; one that is there already has the same recipe and stays. */
export async function placeWhole(staged: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await rename(staged, place).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** Replaces a folder; the old one is gone only when the new one is there. */
export async function placeInstead(staged: string, place: string): Promise<void> {
  const old = `${place}.old-${process.pid}`;
  await rm(old, { recursive: true, force: true });
  await rename(place, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staged, place);
  await rm(old, { recursive: true, force: true });
}

/**
 * Adds a tree to another: whole folders where there is none yet, single files elsewhere. What is there stays.
 * @returns files of the staged tree that were there already, relative to it
 */
export async function mergeTree(staged: string, place: string, last: string[] = []): Promise<string[]> {
  await mkdir(place, { recursive: true });
  const names = await readdir(staged, { withFileTypes: true });
  const late = (name: string) => Number(last.includes(name));
  const met: string[] = [];
  for (const entry of names.sort((a, b) => late(a.name) - late(b.name))) {
    const from = join(staged, entry.name);
    const to = join(place, entry.name);
    if (!(await exists(to))) await rename(from, to);
    else if (entry.isDirectory()) met.push(...(await mergeTree(from, to)).map((path) => join(entry.name, path)));
    else met.push(entry.name);
  }
  return met;
}

/** Says that everything a lock file names is in the tree; only to be believed when that is so. */
const filledFolder = '.filled';

/**
 * Adds a mirror's tree to another and writes anew the lists of versions that both had.
 * @param npmUrl the address that the npm part is served at
 */
export async function mergePackages(staged: string, place: string, npmUrl: string): Promise<void> {
  const filled = join(dirname(staged), `${basename(staged)}-filled`);
  await rename(join(staged, filledFolder), filled).catch(() => {});
  for (const path of await mergeTree(staged, place)) {
    const [ecosystem] = path.split(sep);
    if (ecosystem === 'npm' && basename(path) === 'index.json')
      await joinPackument({ staged: join(staged, path), place: join(place, path), npmUrl });
    else if (ecosystem === 'go' && basename(path) === 'list') await joinLines(join(staged, path), join(place, path));
  }
  if (await exists(filled)) await mergeTree(filled, join(place, filledFolder));
}

/** A packument is made of the versions that lie beside it; any one of them has it written anew from all. */
async function joinPackument(of: { staged: string; place: string; npmUrl: string }): Promise<void> {
  const versions = join(dirname(of.place), '.versions');
  const [first] = await readdir(versions).catch(() => []);
  if (first === undefined) return;
  const locked = JSON.parse(await readFile(join(versions, first), 'utf8')) as LockedPackage;
  const name = (JSON.parse(await readFile(of.staged, 'utf8')) as { name: string }).name;
  const root = dirname(of.place).slice(0, -name.length - 1);
  await addVersions({ root, url: of.npmUrl }, [locked]);
}

async function joinLines(staged: string, place: string): Promise<void> {
  const texts = await Promise.all([readFile(place, 'utf8'), readFile(staged, 'utf8')]);
  const lines = new Set(texts.flatMap((text) => text.split('\n')).filter(Boolean));
  await writeWhole(place, `${[...lines].sort().join('\n')}\n`);
}
