/** Which files of a folder decide what Maven needs: every pom.xml in it, because modules are folders with one of their own. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { StagecraftError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';

const leftOut = new Set(['target', 'node_modules', '.git', 'vendor']);
/** They add to what poms say. */
const mavenSettings = ['.mvn/extensions.xml', '.mvn/maven.config'];

/**
 * @returns the paths of all pom.xml files, relative to the folder, sorted, those further up first
 * @throws StagecraftError `too_large` when there are more than `limits.packages.pomsMax`
 */
export async function findPoms(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let current = folders.shift(); current !== undefined; current = folders.shift()) {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isFile() && entry.name === 'pom.xml') found.push(relative(folder, join(current, entry.name)));
      // Links are not followed: they may lead out of the folder or in circles.
      if (entry.isDirectory() && !leftOut.has(entry.name)) folders.push(join(current, entry.name));
    }
    if (found.length > limits.packages.pomsMax) {
      throw new StagecraftError(
        'too_large',
        `Expected at most ${limits.packages.pomsMax} pom.xml files below ${folder}, found more. Name a smaller folder.`,
      );
    }
  }
  return found;
}

/** The texts of all files that decide, for a key: it changes when one of them does. Empty without a pom.xml. */
export async function mavenTexts(folder: string): Promise<[path: string, text: string][]> {
  // Without one of its own the folder is not Maven's, whatever lies below it.
  if (!(await hasPom(folder))) return [];
  const poms = await findPoms(folder);
  const paths = [
    ...poms,
    ...poms.flatMap((pom) => mavenSettings.map((name) => join(pom.slice(0, -'pom.xml'.length), name))),
  ];
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8').catch(() => undefined)] as const),
  );
  return texts.filter((one): one is [string, string] => one[1] !== undefined);
}

async function hasPom(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isFile() && entry.name === 'pom.xml');
}
