/** The stand-in source: base images built here from Debian packages and language runtimes, because no registry answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { sandboxCaPem } from '../../engine/sandbox-ca.ts';
import { isCancelled } from '../../errors.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { recipeLabel, replaceImage } from '../image-names.ts';
import type { ImageSource, RoundRequest, SourceRound } from '../image-source.ts';
import { forgetUnused } from '../made-once.ts';
import { type ArchivePlace, hasArchive, loadArchive, saveArchive } from './archive.ts';
import { type BuildContext, buildStandIn } from './build.ts';
import { prepareInputs } from './inputs.ts';
import { type InputSpec, inputSpec, inputsHash, recipeHash } from './recipe.ts';
import { publishSystemPackages } from './system-packages.ts';

export async function openStandIn(options: CatalogueOptions, entries: CatalogueEntry[]): Promise<ImageSource> {
  const { engine, cacheDir } = options;
  const mirrorUrl = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
  const sandboxCa = await sandboxCaPem(cacheDir);
  const spec = inputSpec();
  const recipe = await recipeHash({ spec, entries, sandboxCa, mirrorUrl });
  return {
    kind: 'stand-in',
    recipe,
    recipeOf: () => recipe,
    begin: (round) => new Round({ ...options, ...round, entries, mirrorUrl, sandboxCa, spec, recipe }),
  };
}

interface RoundOptions extends CatalogueOptions, RoundRequest {
  entries: CatalogueEntry[];
  mirrorUrl: string;
  sandboxCa: string;
  spec: InputSpec;
  recipe: string;
}

class Round implements SourceRound {
  readonly #options: RoundOptions;
  readonly #catalogueDir: string;
  readonly #archives: ArchivePlace;
  #context: Promise<BuildContext> | undefined;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#catalogueDir = join(options.cacheDir, 'catalogue');
    const folder = join(this.#catalogueDir, 'images', options.recipe);
    this.#archives = { docker: options.engine.docker, folder, signal: options.signal };
  }

  async bringIn(entry: CatalogueEntry): Promise<void> {
    const { docker } = this.#options.engine;
    await replaceImage(docker, entry, async () => {
      if (!(await this.#load(entry))) await this.#build(entry);
    });
  }

  /** Also puts the Debian and Alpine packages into the mirror. */
  async keep(): Promise<void> {
    const { cacheDir, recipe, spec, engine, entries } = this.#options;
    const packagesDir = join(cacheDir, 'packages');
    await publishSystemPackages({ packagesDir, recipe, contextFor: () => this.#contextOnce() });
    for (const entry of entries) {
      if (await hasArchive(this.#archives, entry.target)) continue;
      await this.#options.slot.take();
      if (await isOfRecipe(engine.docker, entry.name, recipe)) await saveArchive(this.#archives, entry);
    }
    const inUse = [join('inputs', inputsHash(spec)), ...['images', 'sandbox'].map((name) => join(name, recipe))];
    for (const folder of inUse) await forgetUnused(join(this.#catalogueDir, folder));
    await forgetUnused(join(packagesDir, '.system', recipe));
  }

  async end(): Promise<void> {
    this.#context = undefined;
  }

  async #load(entry: CatalogueEntry): Promise<boolean> {
    if (!(await hasArchive(this.#archives, entry.target))) return false;
    await this.#options.slot.take();
    return await loadArchive(this.#archives, entry.target);
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
    const { engine, mirrorUrl, recipe, signal, spec, progress, sandboxCa } = this.#options;
    const inputsDir = await prepareInputs({
      spec,
      catalogueDir: this.#catalogueDir,
      progress,
      signal,
      outside: engine.outside,
    });
    const sandboxDir = join(this.#catalogueDir, 'sandbox', recipe);
    await mkdir(sandboxDir, { recursive: true });
    await writeFile(join(sandboxDir, 'ca.pem'), sandboxCa);
    return { engine, slot: await this.#options.slot.take(), inputsDir, sandboxDir, mirrorUrl, recipe, signal };
  }
}

async function isOfRecipe(docker: Docker, name: string, recipe: string): Promise<boolean> {
  const filters = { reference: [name], label: [`${recipeLabel}=${recipe}`] };
  return (await docker.listImages({ filters })).length > 0;
}
