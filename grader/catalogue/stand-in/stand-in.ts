/** The stand-in source: base images built here from Debian packages and language runtimes, because no registry answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { sandboxCaPem } from '../../engine/sandbox-ca.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { type ArchivePlace, hasArchive, loadArchive, saveArchive } from './archive.ts';
import { type BuildContext, buildStandIn } from './build.ts';
import { prepareInputs } from './inputs.ts';
import { inputSpec, recipeHash } from './recipe.ts';
import { publishSystemPackages } from './system-packages.ts';

export { recipeLabel } from './build.ts';

export interface StandIn {
  readonly recipe: string;
  /** Brings one image into the engine, from the cache or by building it, under all its names. */
  bringIn(entry: CatalogueEntry, signal?: AbortSignal): Promise<void>;
  /** Keeps what is there for other engines, and puts the Debian and Alpine packages into the mirror. */
  keep(signal?: AbortSignal): Promise<void>;
}

export async function openStandIn(options: CatalogueOptions, entries: CatalogueEntry[]): Promise<StandIn> {
  const { engine, cacheDir, progress } = options;
  const { docker } = engine;
  const mirrorUrl = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
  const sandboxCa = await sandboxCaPem(cacheDir);
  const spec = inputSpec();
  const recipe = await recipeHash({ spec, entries, sandboxCa, mirrorUrl });
  const catalogueDir = join(cacheDir, 'catalogue');

  const archives = (signal?: AbortSignal): ArchivePlace => ({
    docker,
    folder: join(catalogueDir, 'images', recipe),
    signal,
  });
  const contextFor = async (signal?: AbortSignal): Promise<BuildContext> => {
    const inputsDir = await prepareInputs({ spec, catalogueDir, progress, signal });
    const sandboxDir = join(catalogueDir, 'sandbox', recipe);
    await mkdir(sandboxDir, { recursive: true });
    await writeFile(join(sandboxDir, 'ca.pem'), sandboxCa);
    return { engine, inputsDir, sandboxDir, mirrorUrl, recipe, signal };
  };

  return {
    recipe,
    async bringIn(entry, signal) {
      const replaced = await imageIdsOf(docker, [entry.name, ...entry.aliases]);
      const place = archives(signal);
      if (!(await hasArchive(place, entry.target)) || !(await loadArchive(place, entry.target))) {
        await buildStandIn(await contextFor(signal), entry);
      }
      await tagAliases(docker, entry);
      await removeUnnamed(docker, replaced);
    },
    async keep(signal) {
      await publishSystemPackages({
        packagesDir: join(cacheDir, 'packages'),
        recipe,
        contextFor: () => contextFor(signal),
      });
      for (const entry of entries) {
        if (await isThere(docker, entry.name)) await saveArchive(archives(signal), entry);
      }
    },
  };
}

async function isThere(docker: Docker, name: string): Promise<boolean> {
  return (await imageIdsOf(docker, [name])).length > 0;
}

async function imageIdsOf(docker: Docker, names: string[]): Promise<string[]> {
  const listed = await docker.listImages({ filters: { reference: names } });
  return listed.map((image) => image.Id);
}

async function tagAliases(docker: Docker, entry: CatalogueEntry): Promise<void> {
  for (const alias of entry.aliases) {
    const colon = alias.lastIndexOf(':');
    await docker.getImage(entry.name).tag({ repo: alias.slice(0, colon), tag: alias.slice(colon + 1) });
  }
}

/** Images of an older recipe that have lost their last name. By id: pruning by label would also take learners' images. */
async function removeUnnamed(docker: Docker, ids: string[]): Promise<void> {
  for (const id of ids) {
    const image = await docker
      .getImage(id)
      .inspect()
      .catch(() => undefined);
    // A container may still run on it; then the next start finds it again as nobody's, and the engine prunes it.
    if (image?.RepoTags?.length === 0)
      await docker
        .getImage(id)
        .remove()
        .catch(() => {});
  }
}
