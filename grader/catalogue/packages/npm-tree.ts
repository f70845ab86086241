/**
 * The registry as plain files: `NAME/index.json` (the packument) and `NAME/-/FILE.tgz`.
 *
 * Several exercises fill one tree, at the same time and from several processes: every version is a file of its own, and
 * a packument is only ever made from the versions that lie there.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockedPackage } from './npm-lock.ts';
import { writeUntilStable, writeWhole } from './write-whole.ts';

export interface NpmTree {
  /** `<cacheDir>/packages/npm`. */
  root: string;
  /** The address that the tree is served at, e.g. `http://10.213.0.1:4873/npm`. */
  url: string;
}

interface PackumentVersion {
  name: string;
  version: string;
  dist: { tarball: string; integrity: string };
  [field: string]: unknown;
}

export interface Packument {
  name: string;
  'dist-tags': { latest: string };
  versions: Record<string, PackumentVersion>;
}

/** `@scope/name` 1.0.0 is `name-1.0.0.tgz`. */
export function tarballName(name: string, version: string): string {
  return `${name.split('/').at(-1)}-${version}.tgz`;
}

export function tarballPath(tree: NpmTree, locked: { name: string; version: string }): string {
  return join(tree.root, locked.name, '-', tarballName(locked.name, locked.version));
}

/** The packument of some versions; the highest stable one is `latest`. */
export function packument(name: string, locked: LockedPackage[], url: string): Packument {
  const versions = Object.fromEntries(
    locked.map(({ version, integrity, manifest }) => [
      version,
      { ...manifest, name, version, dist: { tarball: `${url}/${name}/-/${tarballName(name, version)}`, integrity } },
    ]),
  );
  const latest =
    locked
      .map(({ version }) => version)
      .sort(compareVersions)
      .at(-1) ?? '';
  return { name, 'dist-tags': { latest }, versions };
}

/** Adds versions of one package and writes its packument anew. */
export async function addVersions(tree: NpmTree, locked: LockedPackage[]): Promise<void> {
  const name = locked[0]?.name;
  if (name === undefined) return;
  const folder = join(tree.root, name);
  const versionsFolder = join(folder, '.versions');
  for (const one of locked) {
    await writeWhole(join(versionsFolder, `${one.version}.json`), JSON.stringify(one));
  }
  await writeUntilStable(join(folder, 'index.json'), {
    parts: async () => (await readdir(versionsFolder)).filter((file) => file.endsWith('.json')).sort(),
    content: async (files) => {
      const texts = await Promise.all(files.map((file) => readFile(join(versionsFolder, file), 'utf8')));
      const all = texts.map((text) => JSON.parse(text) as LockedPackage);
      return JSON.stringify(packument(name, all, tree.url));
    },
  });
}

/** Whether bytes are what the lock file promises. Any one of several listed hashes of the strongest kind may match. */
export function matchesIntegrity(bytes: Buffer, integrity: string): boolean {
  const hashes = integrity.trim().split(/\s+/).map(splitHash);
  const strongest = ['sha512', 'sha384', 'sha256', 'sha1'].find((kind) => hashes.some((hash) => hash.kind === kind));
  if (strongest === undefined) return false;
  const actual = createHash(strongest).update(bytes).digest('base64');
  return hashes.some((hash) => hash.kind === strongest && hash.digest === actual);
}

function splitHash(text: string): { kind: string; digest: string } {
  const dash = text.indexOf('-');
  return { kind: text.slice(0, dash), digest: text.slice(dash + 1).split('?')[0] ?? '' };
}

/** The order in which `latest` is chosen: releases by number, and any release over any pre-release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => {
    const [core = '', ...rest] = (version.split('+')[0] as string).split('-');
    return { core: core.split('.').map(Number), pre: rest.join('-') };
  }) as [ParsedVersion, ParsedVersion];
  if ((left.pre === '') !== (right.pre === '')) return left.pre === '' ? 1 : -1;
  for (let index = 0; index < 3; index += 1) {
    const difference = (left.core[index] ?? 0) - (right.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.pre.localeCompare(right.pre, 'en', { numeric: true });
}

interface ParsedVersion {
  core: number[];
  pre: string;
}
