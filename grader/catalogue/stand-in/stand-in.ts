/** The stand-in source: base images built here from Debian packages and language runtimes, because no registry answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Slot } from '../../engine/engine.ts';
import { sandboxCaPem } from '../../engine/sandbox-ca.ts';
import { isCancelled } from '../../errors.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { forgetUnused } from '../made-once.ts';
import { type ArchivePlace, hasArchive, loadArchive, saveArchive } from './archive.ts';
import { type BuildContext, buildStandIn, recipeLabel } from './build.ts';
import { prepareInputs } from './inputs.ts';
import { type InputSpec, inputSpec, inputsHash, recipeHash } from './recipe.ts';
import { publishSystemPackages } from './system-packages.ts';

export { recipeLabel } from './build.ts';

export interface StandIn {
  readonly recipe: string;
  begin(signal?: AbortSignal): StandInRound;
}

/** One go at bringing images in. Downloads are tried once per round: what failed for one image fails for the rest. */
export interface StandInRound {
  /** Brings one image into the engine, from the cache or by building it, under all its names. */
  bringIn(entry: CatalogueEntry): Promise<void>;
  /** Keeps what is there for other engines, and puts the Debian and Alpine packages into the mirror. */
  keep(): Promise<void>;
  /** Gives back what the round took of the engine; the round is over. Never throws. */
  end(): Promise<void>;
}

export async function openStandIn(options: CatalogueOptions, entries: CatalogueEntry[]): Promise<StandIn> {
  const { engine, cacheDir } = options;
  const mirrorUrl = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
  const sandboxCa = await sandboxCaPem(cacheDir);
  const spec = inputSpec();
  const recipe = await recipeHash({ spec, entries, sandboxCa, mirrorUrl });
  return {
    recipe,
    begin: (signal) => new Round({ ...options, entries, mirrorUrl, sandboxCa, spec, recipe, signal }),
  };
}

interface RoundOptions extends CatalogueOptions {
  entries: CatalogueEntry[];
  mirrorUrl: string;
  sandboxCa: string;
  spec: InputSpec;
  recipe: string;
  signal: AbortSignal | undefined;
}

class Round implements StandInRound {
  readonly #options: RoundOptions;
  readonly #catalogueDir: string;
  readonly #archives: ArchivePlace;
  #context: Promise<BuildContext> | undefined;
  #slot: Promise<Slot> | undefined;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#catalogueDir = join(options.cacheDir, 'catalogue');
    const folder = join(this.#catalogueDir, 'images', options.recipe);
    this.#archives = { docker: options.engine.docker, folder, signal: options.signal };
  }

  async bringIn(entry: CatalogueEntry): Promise<void> {
    const { docker } = this.#options.engine;
    const replaced = await imageIdsOf(docker, [entry.name, ...entry.aliases]);
    if (!(await this.#load(entry))) await this.#build(entry);
    await tagAliases(docker, entry);
    await removeUnnamed(docker, replaced);
  }

  async keep(): Promise<void> {
    const { cacheDir, recipe, spec, engine, entries } = this.#options;
    const packagesDir = join(cacheDir, 'packages');
    await publishSystemPackages({ packagesDir, recipe, contextFor: () => this.#contextOnce() });
    for (const entry of entries) {
      if (await hasArchive(this.#archives, entry.target)) continue;
      await this.#slotOnce();
      if (await isOfRecipe(engine.docker, entry.name, recipe)) await saveArchive(this.#archives, entry);
    }
    const inUse = [join('inputs', inputsHash(spec)), ...['images', 'sandbox', 'go'].map((name) => join(name, recipe))];
    for (const folder of inUse) await forgetUnused(join(this.#catalogueDir, folder));
    await forgetUnused(join(packagesDir, '.system', recipe));
  }

  async end(): Promise<void> {
    const slot = await this.#slot?.catch(() => undefined);
    this.#slot = undefined;
    this.#context = undefined;
    await slot?.release();
  }

  async #load(entry: CatalogueEntry): Promise<boolean> {
    if (!(await hasArchive(this.#archives, entry.target))) return false;
    await this.#slotOnce();
    return await loadArchive(this.#archives, entry.target);
  }

  /** Once more after a failure, in a new slot: the engine may have been restarted under the first try. */
  async #build(entry: CatalogueEntry): Promise<void> {
    const context = await this.#contextOnce();
    try {
      await buildStandIn(context, entry);
    } catch (error) {
      if (isCancelled(error) || this.#options.signal?.aborted) throw error;
      await this.end();
      await buildStandIn(await this.#contextOnce(), entry);
    }
  }

  /** For loading and saving too: a dockerd that works while no slot is taken counts as run wild and is restarted. */
  #slotOnce(): Promise<Slot> {
    this.#slot ??= this.#options.engine.acquireSlot(this.#options.signal);
    return this.#slot;
  }

  #contextOnce(): Promise<BuildContext> {
    this.#context ??= this.#makeContext();
    return this.#context;
  }

  async #makeContext(): Promise<BuildContext> {
    const { engine, mirrorUrl, recipe, signal, spec, progress, sandboxCa } = this.#options;
    const inputsDir = await prepareInputs({ spec, catalogueDir: this.#catalogueDir, progress, signal });
    const sandboxDir = join(this.#catalogueDir, 'sandbox', recipe);
    await mkdir(sandboxDir, { recursive: true });
    await writeFile(join(sandboxDir, 'ca.pem'), sandboxCa);
    return { engine, slot: await this.#slotOnce(), inputsDir, sandboxDir, mirrorUrl, recipe, signal };
  }
}

async function isOfRecipe(docker: Docker, name: string, recipe: string): Promise<boolean> {
  const filters = { reference: [name], label: [`${recipeLabel}=${recipe}`] };
  return (await docker.listImages({ filters })).length > 0;
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
