/** The stand-in source: base images built here from Debian packages and language runtimes, because no registry answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { sandboxCaPem } from '../../engine/sandbox-ca.ts';
import { isCancelled } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { recipeLabel, replaceImage } from '../image-names.ts';
import type { ImageSource, RoundRequest, SourceRound } from '../image-source.ts';
import { forgetUnused } from '../made-once.ts';
import { type ArchivePlace, hasArchive, loadArchive, saveArchive } from './archive.ts';
import { type BuildContext, buildStandIn } from './build.ts';
import { digest, type InputSets, inputNames, inputPath, inputSets } from './input-sets.ts';
import { type Recipes, readRecipes } from './recipe.ts';
import { publishSystemPackages, systemPackagesStage } from './system-packages.ts';

export async function openStandIn(options: CatalogueOptions, entries: CatalogueEntry[]): Promise<ImageSource> {
  const { engine, cacheDir } = options;
  const mirrorUrl = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
  const sandboxCa = await sandboxCaPem(cacheDir);
  const sets = inputSets();
  const recipes = await readRecipes({ sets, sandboxCa, mirrorUrl });
  return {
    kind: 'stand-in',
    recipe: digest(entries.map((entry) => recipes.image(entry))),
    recipeOf: (entry) => recipes.image(entry),
    begin: (round) => new Round({ ...options, ...round, entries, mirrorUrl, sandboxCa, sets, recipes }),
  };
}

interface RoundOptions extends CatalogueOptions, RoundRequest {
  entries: CatalogueEntry[];
  mirrorUrl: string;
  sandboxCa: string;
  sets: InputSets;
  recipes: Recipes;
}

class Round implements SourceRound {
  readonly #options: RoundOptions;
  readonly #catalogueDir: string;
  readonly #archives: ArchivePlace;
  #context: Promise<BuildContext> | undefined;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#catalogueDir = join(options.cacheDir, 'catalogue');
    const { recipes, signal } = options;
    const fileOf = (entry: CatalogueEntry) =>
      join(this.#catalogueDir, 'images', entry.target, `${recipes.image(entry)}.tar.zst`);
    this.#archives = { docker: options.engine.docker, fileOf, signal };
  }

  async bringIn(entry: CatalogueEntry): Promise<void> {
    const { docker } = this.#options.engine;
    await replaceImage(docker, entry, async () => {
      if (!(await this.#load(entry))) await this.#build(entry);
    });
  }

  /** Also puts the Debian and Alpine packages into the mirror. */
  async keep(): Promise<void> {
    const { cacheDir, recipes, sets, engine, entries } = this.#options;
    const packagesDir = join(cacheDir, 'packages');
    const recipe = recipes.stage(systemPackagesStage);
    const shelf = { packagesDir, catalogueDir: this.#catalogueDir, sets };
    await publishSystemPackages({ ...shelf, recipe, contextFor: () => this.#contextOnce() });
    for (const entry of entries) {
      if (!(await hasArchive(this.#archives, entry))) {
        await this.#options.slot.take();
        if (!(await isOfRecipe(engine.docker, entry.name, recipes.image(entry)))) continue;
        await saveArchive(this.#archives, entry);
      }
      await forgetUnused(this.#archives.fileOf(entry), { olderMax: limits.catalogue.olderImagesMax });
    }
    for (const name of inputNames) await forgetUnused(join(this.#catalogueDir, inputPath(name, sets[name])));
    await forgetUnused(this.#sandboxDir());
  }

  async end(): Promise<void> {
    this.#context = undefined;
  }

  async #load(entry: CatalogueEntry): Promise<boolean> {
    if (!(await hasArchive(this.#archives, entry))) return false;
    await this.#options.slot.take();
    return await loadArchive(this.#archives, entry);
  }

  /** Once more after a failure, in a new slot: the engine may have been restarted under the first try. */
  async #build(entry: CatalogueEntry): Promise<void> {
    const context = await this.#contextOnce();
    try {
      await buildStandIn(context, entry);
    } catch (error) {
      if (isCancelled(error) || this.#options.signal?.aborted) throw error;
      this.#context = undefined;
      await this.#options.slot.giveBack();
      await buildStandIn(await this.#contextOnce(), entry);
    }
  }

  #contextOnce(): Promise<BuildContext> {
    this.#context ??= this.#makeContext();
    return this.#context;
  }

  async #makeContext(): Promise<BuildContext> {
    const { engine, mirrorUrl, recipes, signal, sets, progress, sandboxCa } = this.#options;
    const sandboxDir = this.#sandboxDir();
    await mkdir(sandboxDir, { recursive: true });
    await writeFile(join(sandboxDir, 'ca.pem'), sandboxCa);
    const slot = await this.#options.slot.take();
    return { engine, slot, catalogueDir: this.#catalogueDir, sets, sandboxDir, mirrorUrl, recipes, progress, signal };
  }

  #sandboxDir(): string {
    return join(this.#catalogueDir, 'sandbox', digest([this.#options.sandboxCa]));
  }
}

async function isOfRecipe(docker: Docker, name: string, recipe: string): Promise<boolean> {
  const filters = { reference: [name], label: [`${recipeLabel}=${recipe}`] };
  return (await docker.listImages({ filters })).length > 0;
}
