/**
 * What `apt-get install` and `apk add` find in the mirror: the Debian packages that the images were made of anyway with
 * those that exercises asked for besides, and a few archives for the alpine stand-ins' own apk.
 */
import { randomUUID } from 'node:crypto';
import { cp, link, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, forgetUnused, madeOnce } from '../made-once.ts';
import { publishUntilStable } from '../packages/write-whole.ts';
import { type BuildContext, buildTarget } from './build.ts';
import { digest, type InputName, type InputSets, inputPath } from './input-sets.ts';

/** Its recipe covers all that `apk add` finds. */
export const systemPackagesStage = 'apk-repository';

export const debianSuites = ['bookworm', 'trixie'] as const;
export type DebianSuite = (typeof debianSuites)[number];

/** Where a release's packages lie in the mirror's tree, and the downloads that they begin with. */
const shelves: Record<DebianSuite, { published: string; base: InputName }> = {
  bookworm: { published: 'apt', base: 'debian' },
  trixie: { published: 'apt-trixie', base: 'debian-java' },
};

/** Links in the mirror's tree to what is made here from downloads. */
export const publishedFolders = ['apk', ...debianSuites.map((suite) => shelves[suite].published)];

export interface AptShelf {
  /** The mirror's tree. */
  packagesDir: string;
  /** `<cacheDir>/catalogue`. */
  catalogueDir: string;
  sets: InputSets;
}

export interface SystemPackagesRequest extends AptShelf {
  /** Of the stage {@link systemPackagesStage}. */
  recipe: string;
  contextFor: () => Promise<BuildContext>;
}

/** Does nothing when this recipe's packages are there. */
export async function publishSystemPackages(request: SystemPackagesRequest): Promise<void> {
  const { packagesDir, recipe } = request;
  const apk = join(packagesDir, '.system', 'apk', recipe);
  await madeOnce(apk, async (folder) => {
    await buildTarget(await request.contextFor(), systemPackagesStage, [`--output=type=local,dest=${folder}`]);
  });
  await pointTo(join('.system', 'apk', recipe), join(packagesDir, 'apk'));
  await forgetUnused(apk);
  for (const suite of debianSuites) await publishApt(request, suite);
}

/** Where packages of a release are put that the images are not made of; each folder is a flat repository. */
export function extraPackages(packagesDir: string, suite: DebianSuite): string {
  return join(packagesDir, '.apt', suite);
}

/** The names that the mirror's index of a release has; undefined when nothing is published. */
export async function publishedNames(packagesDir: string, suite: DebianSuite): Promise<Set<string> | undefined> {
  const index = join(packagesDir, shelves[suite].published, 'Packages');
  const text = await readFile(index, 'utf8').catch(() => undefined);
  return text === undefined
    ? undefined
    : new Set([...text.matchAll(/^Package: (\S+)$/gm)].map((match) => match[1] as string));
}

/** One flat repository of everything that was downloaded of a release; nothing when nothing was. */
export async function publishApt({ packagesDir, catalogueDir, sets }: AptShelf, suite: DebianSuite): Promise<void> {
  const { published, base } = shelves[suite];
  const inputs = inputPath(base, sets[base]);
  const ofBase = join(catalogueDir, inputs, 'packages');
  const extras = extraPackages(packagesDir, suite);
  const placeOf = (parts: string[]) => join('.system', published, digest(parts));
  // Images and exercises fetch packages at the same time.
  const downloaded = async (): Promise<string[]> => {
    const names = (await readdir(extras).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
    const whole = [inputs, ...names];
    const hasBase = (await exists(ofBase)) || (await exists(join(packagesDir, placeOf(whole))));
    return hasBase ? whole : names;
  };
  await publishUntilStable(downloaded, async (parts) => {
    if (parts.length === 0) return;
    const place = placeOf(parts);
    const folders = parts.map((part) => (part === inputs ? ofBase : join(extras, part)));
    await madeOnce(join(packagesDir, place), (folder) => joinRepositories(folders, folder));
    await pointTo(place, join(packagesDir, published));
    await forgetUnused(join(packagesDir, place));
  });
}

async function joinRepositories(from: string[], into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const stanzas = new Map<string, string>();
  for (const folder of from) {
    for (const stanza of (await readFile(join(folder, 'Packages'), 'utf8')).trim().split('\n\n')) {
      const file = /^Filename: (.*)$/m.exec(stanza)?.[1];
      if (file === undefined || stanzas.has(file)) continue;
      await hardLink(join(folder, file), join(into, file));
      stanzas.set(file, stanza);
    }
  }
  await writeFile(join(into, 'Packages'), `${[...stanzas.values()].join('\n\n')}\n`);
}

/** The same bytes without the space; a copy where the file system has no links. */
async function hardLink(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => await cp(from, to));
}

/** A symbolic link within the mirror's tree, replaced in one step: requests see the old set or the new one. */
async function pointTo(target: string, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomUUID()}`;
  await symlink(target, temporary);
  await rename(temporary, path);
}
