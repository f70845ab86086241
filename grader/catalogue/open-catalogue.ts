/**
 * The catalogue of a running engine: which base images it has, and bringing in those it lacks.
 *
 * Whether an image is there is asked of the engine (a label says from which recipe), never remembered beside it: a file
 * could disagree with the engine.
 */

import { canonicalReference } from '../dockerfile/reference.ts';
import { StagecraftError, sentenceFor } from '../errors.ts';
import type {
  Catalogue,
  CatalogueEntry,
  CatalogueImage,
  CatalogueOptions,
  CatalogueSource,
  FillRequest,
} from './catalogue.ts';
import { catalogueEntries, findEntry, toolboxEntry } from './entries.ts';
import { recipeLabel } from './image-names.ts';
import type { ImageSource, SourceRound } from './image-source.ts';
import { openRegistry } from './registry/open-registry.ts';
import { RoundSlot } from './round-slot.ts';
import { openStandIn } from './stand-in/stand-in.ts';

/** Opens the catalogue: says at once which images are ready, and makes nothing before `fill`. */
export async function openCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const entries = [toolboxEntry, ...catalogueEntries];
  const standIn = await openStandIn(options, entries);
  const registry = await openRegistry(options, entries);
  const shelf = new Shelf({ options, entries, standIn, registry });
  await shelf.takeStock();
  return shelf;
}

const notBroughtIn = 'The pinned official image was not brought in yet: npx stagecraft catalogue build';

interface Work {
  standIn: SourceRound;
  registry: SourceRound;
  signal: AbortSignal | undefined;
}

interface ShelfParts {
  options: CatalogueOptions;
  entries: CatalogueEntry[];
  standIn: ImageSource;
  registry: ImageSource;
}

class Shelf implements Catalogue {
  readonly recipe: string;
  readonly #parts: ShelfParts;
  readonly #options: CatalogueOptions;
  readonly #images: Map<string, CatalogueImage>;
  readonly #listeners = new Set<() => void>();
  #filling: Promise<void> = Promise.resolve();

  constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.#options = parts.options;
    this.recipe = [parts.standIn.recipe, parts.registry.recipe].filter(Boolean).join('-');
    this.#images = new Map(parts.entries.map((entry) => [entry.name, { entry, state: 'waiting' }]));
  }

  get source(): CatalogueSource {
    return this.sourceOf(this.images().map((image) => image.entry.name));
  }

  sourceOf(names: string[]): CatalogueSource {
    if (names.length === 0) return this.source;
    const official = names.every((name) => this.#imageNamed(name).source === 'registry');
    return official ? 'registry' : 'stand-in';
  }

  images(): CatalogueImage[] {
    return [...this.#images.values()].filter((image) => image.entry !== toolboxEntry);
  }

  find(reference: string): CatalogueEntry | undefined {
    return findEntry(reference);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Fills one after the other; a second call starts where the first ended. */
  async fill(request: FillRequest): Promise<void> {
    const before = this.#filling;
    const mine = before.catch(() => {}).then(() => this.#fillNow(request));
    this.#filling = mine;
    await mine;
  }

  async ready(names: string[], signal?: AbortSignal): Promise<void> {
    const wanted = names.map((name) => this.#imageNamed(name).entry.name);
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        stopListening();
        signal?.removeEventListener('abort', onAbort);
        end();
      };
      const onAbort = () =>
        settle(() => reject(new StagecraftError('cancelled', 'Waiting for base images was stopped.')));
      const look = () => {
        const images = wanted.map((name) => this.#images.get(name) as CatalogueImage);
        const failed = images.find((image) => image.state === 'failed');
        if (failed !== undefined) settle(() => reject(notReady(failed)));
        else if (images.every((image) => image.state === 'ready')) settle(resolve);
      };
      const stopListening = this.onChange(look);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      else look();
    });
  }

  /** Marks as ready what the engine has of this recipe under every name of its entry. */
  async takeStock(): Promise<void> {
    const listed = await this.#options.engine.docker.listImages();
    const byTag = new Map(listed.flatMap((image) => (image.RepoTags ?? []).map((tag) => [tag, image] as const)));
    for (const { entry } of this.#images.values()) {
      const found = byTag.get(entry.name);
      const source = this.#madeBy(entry, found?.Labels?.[recipeLabel]);
      if (found === undefined || source === undefined) continue;
      const complete = entry.aliases.every((alias) => byTag.get(alias)?.Id === found.Id);
      if (!complete) continue;
      await this.#markReady(entry, source, source === 'registry' ? undefined : this.#whyStandIn(entry));
    }
  }

  #whyStandIn(entry: CatalogueEntry): string | undefined {
    if (this.#parts.registry.recipeOf(entry) === undefined) return undefined;
    return this.#imageNamed(entry.name).fallback ?? notBroughtIn;
  }

  #madeBy(entry: CatalogueEntry, recipe: string | undefined): CatalogueSource | undefined {
    const sources = [this.#parts.registry, this.#parts.standIn];
    return recipe === undefined ? undefined : sources.find((source) => source.recipeOf(entry) === recipe)?.kind;
  }

  async #fillNow(request: FillRequest): Promise<void> {
    await this.takeStock();
    // A name that is no image of ours (`scratch`, a slip in an exercise) is for `ready` to refuse, not to stop the rest.
    const first = request.first.flatMap((name) => this.find(name) ?? []);
    const rest = request.only === true ? [] : [...this.#images.values()].map((image) => image.entry);
    const order = new Set([toolboxEntry, ...first, ...rest]);
    const lacking = [...order].filter((entry) => !this.#isSettled(entry));
    for (const entry of lacking) {
      if (this.#imageNamed(entry.name).state !== 'ready') this.#change(entry, { state: 'waiting' });
    }
    const slot = new RoundSlot(this.#options.engine, request.signal);
    const { standIn, registry } = this.#parts;
    const round = { wanted: lacking, slot, signal: request.signal };
    const work = { standIn: standIn.begin(round), registry: registry.begin(round), signal: request.signal };
    try {
      for (const entry of lacking) await this.#bringIn(entry, work);
      await this.#keep(work);
    } finally {
      await Promise.all([work.standIn.end(), work.registry.end()]);
      await slot.giveBack();
    }
  }

  /** A stand-in in the place of a pinned image is used, and the registry is asked again the next time. */
  #isSettled(entry: CatalogueEntry): boolean {
    const { state, source } = this.#imageNamed(entry.name);
    if (state !== 'ready') return false;
    return source === 'registry' || this.#parts.registry.recipeOf(entry) === undefined;
  }

  /** Losing this costs time later and no image now, so it fails nobody. @throws only when cancelled */
  async #keep({ standIn, registry, signal }: Work): Promise<void> {
    const task = { id: 'base-image-cache', title: 'keeping base images for later' };
    try {
      await standIn.keep();
      await registry.keep();
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#options.progress({ ...task, state: 'failed', detail: sentenceFor(error) });
    }
  }

  /** Makes one image ready, or marks it as failed. @throws only when cancelled */
  async #bringIn(entry: CatalogueEntry, work: Work): Promise<void> {
    if (this.#imageNamed(entry.name).state !== 'ready') this.#change(entry, { state: 'building' });
    const why = await this.#fromRegistry(entry, work);
    if (why === false) return;
    const fallback = why === undefined ? {} : { fallback: why };
    const now = this.#imageNamed(entry.name);
    if (now.state === 'ready') {
      this.#change(entry, { ...now, ...fallback });
      return;
    }
    try {
      await work.standIn.bringIn(entry);
      await this.#markReady(entry, 'stand-in', why);
    } catch (error) {
      if (work.signal?.aborted) {
        this.#change(entry, { state: 'waiting' });
        throw error;
      }
      this.#change(entry, { state: 'failed', failure: sentenceFor(error), ...fallback });
    }
  }

  /** @returns false when the official image is there, else why it is not; undefined when none is pinned */
  async #fromRegistry(entry: CatalogueEntry, work: Work): Promise<string | false | undefined> {
    if (this.#parts.registry.recipeOf(entry) === undefined) return undefined;
    try {
      await work.registry.bringIn(entry);
      await this.#markReady(entry, 'registry');
      return false;
    } catch (error) {
      if (!work.signal?.aborted) return sentenceFor(error);
      if (this.#imageNamed(entry.name).state !== 'ready') this.#change(entry, { state: 'waiting' });
      throw error;
    }
  }

  async #markReady(entry: CatalogueEntry, source: CatalogueSource, fallback?: string): Promise<void> {
    const image = await this.#options.engine.docker.getImage(entry.name).inspect();
    this.#change(entry, {
      state: 'ready',
      source,
      ...(fallback === undefined ? {} : { fallback }),
      imageId: image.Id,
      sizeBytes: image.Size,
      diffIds: image.RootFS.Layers ?? [],
    });
  }

  #change(entry: CatalogueEntry, now: Omit<CatalogueImage, 'entry'>): void {
    this.#images.set(entry.name, { ...now, entry });
    const reason = now.failure ?? (now.fallback && `A stand-in is used: ${now.fallback}`);
    const detail = reason === undefined ? {} : { detail: reason };
    const state = now.state === 'building' ? 'running' : now.state;
    this.#options.progress({ id: `image ${entry.name}`, title: entry.name, state, ...detail });
    for (const listener of this.#listeners) listener();
  }

  #imageNamed(name: string): CatalogueImage {
    const canonical = canonicalReference(name) ?? name;
    const image = this.#images.get(findEntry(name)?.name ?? canonical);
    if (image !== undefined) return image;
    throw new StagecraftError('not_found', `${name} is not a base image of the catalogue.`);
  }
}

function notReady(image: CatalogueImage): StagecraftError {
  return new StagecraftError(
    'not_ready',
    `The base image ${image.entry.name} could not be made. ${image.failure ?? ''}`.trim(),
    {
      retryable: true,
    },
  );
}
