/** One go at bringing in pinned images: pulls side by side, a few at a time; loading and configuring one by one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { replaceImage } from '../image-names.ts';
import type { RoundRequest, SourceRound } from '../image-source.ts';
import { workFolder } from '../made-once.ts';
import { type BlobStore, forgetImage, forgetUnpinned, layoutOf } from './blobs.ts';
import {
  type PulledImage,
  type RegistryClient,
  RegistryFailure,
  type RegistryFailureKind,
  registryHost,
} from './client.ts';
import { configureImage, type RegistryRecipe } from './configure.ts';
import type { Pin, Platform } from './lock.ts';

export interface PinnedImage {
  entry: CatalogueEntry;
  pin: Pin;
  repository: string;
  /** Of the image that comes out. */
  hash: string;
}

export interface RegistryRoundOptions extends CatalogueOptions, RoundRequest {
  pinned: Map<string, PinnedImage>;
  platform: Platform;
  recipe: RegistryRecipe;
  store: BlobStore;
  openClient: (scratch: string, signal: AbortSignal) => Promise<RegistryClient>;
}

/** Failures that a second try may mend. */
const passing = new Set<RegistryFailureKind>(['damaged', 'server_error', 'unreachable']);
/** Failures of a registry rather than of an image: its other images are not tried in this round. */
const general = new Set<RegistryFailureKind>(['rate_limited', 'untrusted', 'server_error', 'silent', 'unreachable']);

export class RegistryRound implements SourceRound {
  readonly #options: RegistryRoundOptions;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  readonly #pulls = new Map<string, PromiseWithResolvers<PulledImage>>();
  readonly #broken = new Map<string, RegistryFailure>();
  readonly #working: Promise<void>;
  #scratch: Promise<string> | undefined;
  #client: Promise<RegistryClient> | undefined;

  constructor(options: RegistryRoundOptions) {
    this.#options = options;
    const { signal } = options;
    this.#signal = signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    this.#working = this.#pullAll(options.wanted.flatMap((entry) => options.pinned.get(entry.name) ?? []));
  }

  async bringIn(entry: CatalogueEntry): Promise<void> {
    const image = this.#options.pinned.get(entry.name);
    const pull = this.#pulls.get(entry.name);
    if (image === undefined || pull === undefined) {
      throw new StagecraftError('not_found', `No official image is pinned for ${entry.name}.`);
    }
    const pulled = await pull.promise;
    await replaceImage(this.#options.engine.docker, entry, async () => {
      try {
        await this.#configure(image, pulled);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        if (!(error instanceof RegistryFailure)) {
          // The engine may have been restarted under us: once more, in a new slot.
          await this.#options.slot.giveBack();
          await this.#configure(image, pulled);
        } else if (error.kind === 'damaged') {
          // The copy on this disk is; there is another one at the registry.
          await forgetImage(this.#options.store, pulled.layout);
          await this.#configure(image, await this.#pull(image));
        } else throw error;
      }
    });
  }

  async keep(): Promise<void> {
    const { pinned, store } = this.#options;
    await forgetUnpinned(
      store,
      [...pinned.values()].map(({ pin }) => pin.digest),
    );
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#working;
    const scratch = await this.#scratch?.catch(() => undefined);
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true }).catch(() => {});
  }

  async #pullAll(images: PinnedImage[]): Promise<void> {
    for (const { entry } of images) {
      const pull = Promise.withResolvers<PulledImage>();
      pull.promise.catch(() => {}); // Whoever brings the image in sees it.
      this.#pulls.set(entry.name, pull);
    }
    const queue = [...images];
    const worker = async (): Promise<void> => {
      for (let image = queue.shift(); image !== undefined; image = queue.shift()) {
        const pull = this.#pulls.get(image.entry.name);
        await this.#pull(image).then(pull?.resolve, pull?.reject);
      }
    };
    await Promise.all(Array.from({ length: limits.registry.parallelPullsMax }, worker));
  }

  /** Tries again what may pass, with growing pauses. @throws RegistryFailure */
  async #pull(image: PinnedImage): Promise<PulledImage> {
    const host = registryHost(image.repository);
    const retryDelayMs = this.#options.registry?.timing?.retryDelayMs ?? limits.registry.retryDelayMs;
    for (let attempt = 1; ; attempt += 1) {
      const broken = this.#broken.get(host);
      if (broken !== undefined) throw broken;
      try {
        return await this.#pullOnce(image);
      } catch (error) {
        if (!(error instanceof RegistryFailure) || this.#signal.aborted) throw error;
        await this.#learnFrom(error, { image, host, last: attempt >= limits.registry.attemptsMax });
      }
      await wait(retryDelayMs * 2 ** (attempt - 1), undefined, { signal: this.#signal });
    }
  }

  /** Returns when another try makes sense. @throws the failure when it does not */
  async #learnFrom(
    failure: RegistryFailure,
    { image, host, last }: { image: PinnedImage; host: string; last: boolean },
  ): Promise<void> {
    const { store } = this.#options;
    if (failure.kind === 'damaged') await forgetImage(store, layoutOf(store, image.pin.digest));
    if (passing.has(failure.kind) && !last) return;
    if (general.has(failure.kind)) this.#broken.set(host, failure);
    throw failure;
  }

  async #pullOnce({ entry, pin, repository }: PinnedImage): Promise<PulledImage> {
    this.#signal.throwIfAborted();
    const { platform, progress } = this.#options;
    const client = await this.#clientOnce();
    const task = { id: `image ${entry.name}`, title: entry.name };
    return await client.pull({
      ...{ repository, platform, digest: pin.digest, downloadBytes: pin.downloadBytes, signal: this.#signal },
      onProgress: (detail) => progress({ ...task, state: 'running', detail }),
    });
  }

  async #configure(image: PinnedImage, pulled: PulledImage): Promise<void> {
    const { engine, slot, platform, recipe } = this.#options;
    const { entry, pin, hash } = image;
    await configureImage({
      ...{ engine, entry, pulled, platform, digest: pin.digest },
      slot: await slot.take(),
      client: await this.#clientOnce(),
      recipe: { ...recipe, hash },
      scratch: await this.#scratchOnce(),
      signal: this.#signal,
    });
  }

  #clientOnce(): Promise<RegistryClient> {
    this.#client ??= this.#scratchOnce().then((scratch) =>
      this.#options.openClient(join(scratch, 'client'), this.#signal),
    );
    return this.#client;
  }

  #scratchOnce(): Promise<string> {
    // Beside the blobs: there is room for images, which /tmp may not have.
    this.#scratch ??= workFolder(join(this.#options.store.blobs, '..', 'scratch'), 'round');
    return this.#scratch;
  }
}
