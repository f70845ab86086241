/** The packages of each exercise: filled once, on demand or ahead, and whether they are there by now. */
import { join } from 'node:path';
import { isCancelled, StagecraftError } from '../../errors.ts';
import type { Catalogue, CatalogueOptions, FillPackages } from '../catalogue.ts';
import type { SystemNames } from './apt-names.ts';
import { openPackages } from './fill-packages.ts';
import { addPrivatePackage, privateTree } from './private-packages.ts';
import { fillSystem, type SystemFiller } from './system-fill.ts';

/** What is needed of an exercise. */
export interface PackageOwner {
  slug: string;
  /** Folders with lock files, absolute. */
  packages: string[];
  /** Folders with packages of ours for the mirror's private part, absolute. */
  privatePackages?: readonly string[] | undefined;
  /** What is installed with apt-get and apk, on these images. */
  systemPackages?: (Partial<SystemNames> & { leaveUnknown?: boolean }) | undefined;
  images?: readonly string[];
}

export class PackageShelf {
  readonly #fill: FillPackages;
  readonly #filler: SystemFiller;
  readonly #running = new Map<string, Promise<void>>();
  readonly #settled = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: CatalogueOptions & { catalogue: Catalogue }) {
    this.#fill = openPackages(options);
    this.#filler = options;
  }

  /**
   * Resolves when the mirror holds all that the exercise's lock files name. A failure is not kept: the next call tries
   * again.
   * @throws StagecraftError `not_ready` with what is missing, `cancelled`
   */
  async ready(owner: PackageOwner, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (signal?.aborted) throw new StagecraftError('cancelled', 'Waiting for packages was stopped.');
      const mine = this.#running.get(owner.slug) ?? this.#start(owner, signal);
      try {
        return await mine;
      } catch (error) {
        // Somebody else's download was stopped, not ours: begin anew.
        if (!isCancelled(error) || signal?.aborted) throw error;
      }
    }
  }

  /** Whether waiting is over, for better or worse. */
  isSettled(owner: PackageOwner): boolean {
    const { packages, systemPackages } = owner;
    return (packages.length === 0 && systemPackages === undefined) || this.#settled.has(owner.slug);
  }

  /** One after the other: a client downloads many files at once by itself. */
  #start(owner: PackageOwner, signal: AbortSignal | undefined): Promise<void> {
    const mine = this.#last.then(() => this.#fillAll(owner, signal)).finally(() => this.#running.delete(owner.slug));
    this.#running.set(owner.slug, mine);
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #fillAll(owner: PackageOwner, signal: AbortSignal | undefined): Promise<void> {
    const missing: string[] = [];
    await this.#fillPrivate(owner, signal);
    for (const folder of owner.packages) {
      missing.push(...(await this.#fill({ folder, label: owner.slug }, signal)).missing);
    }
    missing.push(...(await this.#fillSystem(owner, signal)));
    this.#settled.add(owner.slug);
    if (missing.length === 0) return;
    throw new StagecraftError('not_ready', `Packages of ${owner.slug} are missing: ${missing.join(' ')}`, {
      retryable: true,
    });
  }

  async #fillPrivate({ privatePackages = [] }: PackageOwner, signal: AbortSignal | undefined): Promise<void> {
    if (privatePackages.length === 0) return;
    const { engine, cacheDir } = this.#filler;
    const { buildGateway, mirrorPort } = engine.network;
    const tree = privateTree({
      packagesDir: join(cacheDir, 'packages'),
      mirrorUrl: `http://${buildGateway}:${mirrorPort}`,
    });
    for (const folder of privatePackages) await addPrivatePackage(tree, folder);
    await engine.publishPackages(signal);
  }

  async #fillSystem(
    { slug, systemPackages, images }: PackageOwner,
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    if (systemPackages === undefined) return [];
    const request = { apt: [], apk: [], ...systemPackages, images: images ?? [], label: slug };
    return await fillSystem(this.#filler, request, signal);
  }
}
