/** What decides which stand-in images come out: everything that goes into one, hashed. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueEntry } from '../catalogue.ts';
import { digest, type InputName, type InputSets, inputHash, inputNames } from './input-sets.ts';
import { stageNeeds } from './stages.ts';

export const standInFolder = import.meta.dirname;
export const standInDockerfile = join(standInFolder, 'Dockerfile');
export const standInFiles = join(standInFolder, 'files');

export interface RecipeParts {
  sets: InputSets;
  sandboxCa: string;
  mirrorUrl: string;
}

/** The recipes of a checkout: one per stage, so that what an image does not use does not make it anew. */
export interface Recipes {
  /** Of an image: its stage and its labels and names. */
  image(entry: CatalogueEntry): string;
  /** Of a stage whose result is no image. */
  stage(target: string): string;
  /** The sets of downloads that a stage needs, those of its bases included. */
  inputs(target: string): InputName[];
}

export async function readRecipes(parts: RecipeParts): Promise<Recipes> {
  const dockerfile = await readFile(standInDockerfile, 'utf8');
  const files = await hashFolders();
  const hashOf = (context: string): string => {
    if (context === 'sandbox') return parts.sandboxCa;
    const set = inputNames.find((name) => name === context);
    return set === undefined ? (files.get(context) ?? context) : inputHash(parts.sets[set]);
  };
  const inputs = (target: string): InputName[] => {
    const { contexts, buildArgs } = stageNeeds(dockerfile, target);
    return inputNames.filter((name) => contexts.includes(name) || buildArgs.includes(rootArgument(name)));
  };
  const stage = (target: string): string => {
    const { text, contexts, buildArgs } = stageNeeds(dockerfile, target);
    const roots = inputs(target).map((name) => inputHash(parts.sets[name]));
    return digest([text, ...contexts.map(hashOf), ...roots, buildArgs.includes('MIRROR') ? parts.mirrorUrl : '']);
  };
  const image = ({ name, aliases, target, madeFrom, differs }: CatalogueEntry): string =>
    digest([stage(target), JSON.stringify([name, aliases, target, madeFrom, differs])]);
  return { image, stage, inputs };
}

/** The build argument that names a set's root file system: `DEBIAN_ROOT`. */
export function rootArgument(name: InputName): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_ROOT`;
}

/** One hash per folder of `files/`, which is what stages mount. */
async function hashFolders(): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const folder of await readdir(standInFiles)) {
    const parts: string[] = [];
    for (const path of await filesBelow(join(standInFiles, folder))) {
      const executable = (await stat(path)).mode & 0o111 ? 'executable' : 'plain';
      parts.push(path.slice(standInFiles.length), executable, await readFile(path, 'utf8'));
    }
    hashes.set(`files/${folder}`, digest(parts));
  }
  return hashes;
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
