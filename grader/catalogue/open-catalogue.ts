/**
 * The catalogue of a running engine: which base images it has, and bringing in those it lacks.
 *
 * Whether an image is there is asked of the engine (a label says from which recipe), never remembered beside it: a file
 * could disagree with the engine.
 */
import { StagecraftError, sentenceFor } from '../errors.ts';
import type { Catalogue, CatalogueEntry, CatalogueImage, CatalogueOptions, FillRequest } from './catalogue.ts';
import { catalogueEntries, findEntry, toolboxEntry } from './entries.ts';
import { canonicalReference } from './reference.ts';
import { openStandIn, recipeLabel, type StandIn, type StandInRound } from './stand-in/stand-in.ts';

/** Opens the catalogue: says at once which images are ready, and makes nothing before `fill`. */
export async function openCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const entries = [toolboxEntry, ...catalogueEntries];
  const standIn = await openStandIn(options, entries);
  const shelf = new Shelf({ options, entries, standIn });
  await shelf.takeStock();
  return shelf;
}

interface Work {
  round: StandInRound;
  signal: AbortSignal | undefined;
}

class Shelf implements Catalogue {
  readonly source = 'stand-in';
  readonly recipe: string;
  readonly #options: CatalogueOptions;
  readonly #standIn: StandIn;
  readonly #images: Map<string, CatalogueImage>;
  readonly #listeners = new Set<() => void>();
  #filling: Promise<void> = Promise.resolve();

  constructor(parts: { options: CatalogueOptions; entries: CatalogueEntry[]; standIn: StandIn }) {
    this.#options = parts.options;
    this.#standIn = parts.standIn;
    this.recipe = parts.standIn.recipe;
    this.#images = new Map(parts.entries.map((entry) => [entry.name, { entry, state: 'waiting' }]));
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
      if (found?.Labels?.[recipeLabel] !== this.recipe) continue;
      const complete = entry.aliases.every((alias) => byTag.get(alias)?.Id === found.Id);
      if (complete) await this.#markReady(entry);
    }
  }

  async #fillNow(request: FillRequest): Promise<void> {
    await this.takeStock();
    // A name that is no image of ours (`scratch`, a slip in an exercise) is for `ready` to refuse, not to stop the rest.
    const first = request.first.flatMap((name) => this.find(name) ?? []);
    const rest = request.only === true ? [] : [...this.#images.values()].map((image) => image.entry);
    const order = new Set([toolboxEntry, ...first, ...rest]);
    const lacking = [...order].filter((entry) => this.#images.get(entry.name)?.state !== 'ready');
    for (const entry of lacking) this.#change(entry, { state: 'waiting' });
    const round = this.#standIn.begin(request.signal);
    try {
      for (const entry of lacking) await this.#bringIn(entry, { round, signal: request.signal });
      await this.#keep({ round, signal: request.signal });
    } finally {
      await round.end();
    }
  }

  /** Losing this costs time later and no image now, so it fails nobody. @throws only when cancelled */
  async #keep({ round, signal }: Work): Promise<void> {
    const task = { id: 'base-image-cache', title: 'keeping base images for later' };
    try {
      await round.keep();
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#options.progress({ ...task, state: 'failed', detail: sentenceFor(error) });
    }
  }

  /** Makes one image ready, or marks it as failed. @throws only when cancelled */
  async #bringIn(entry: CatalogueEntry, { round, signal }: Work): Promise<void> {
    this.#change(entry, { state: 'building' });
    try {
      await round.bringIn(entry);
      await this.#markReady(entry);
    } catch (error) {
      if (signal?.aborted) {
        this.#change(entry, { state: 'waiting' });
        throw error;
      }
      this.#change(entry, { state: 'failed', failure: sentenceFor(error) });
    }
  }

  async #markReady(entry: CatalogueEntry): Promise<void> {
    const image = await this.#options.engine.docker.getImage(entry.name).inspect();
    this.#change(entry, {
      state: 'ready',
      imageId: image.Id,
      sizeBytes: image.Size,
      diffIds: image.RootFS.Layers ?? [],
    });
  }

  #change(entry: CatalogueEntry, now: Omit<CatalogueImage, 'entry'>): void {
    this.#images.set(entry.name, { entry, ...now });
    const detail = now.failure === undefined ? {} : { detail: now.failure };
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
