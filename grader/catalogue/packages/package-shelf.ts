/** The packages of each exercise: filled once, on demand or ahead, and whether they are there by now. */
import { isCancelled, StagecraftError } from '../../errors.ts';
import type { Catalogue, CatalogueOptions, FillPackages } from '../catalogue.ts';
import { openPackages } from './fill-packages.ts';

/** What is needed of an exercise. */
export interface PackageOwner {
  slug: string;
  /** Folders with lock files, absolute. */
  packages: string[];
}

export class PackageShelf {
  readonly #fill: FillPackages;
  readonly #running = new Map<string, Promise<void>>();
  readonly #settled = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: CatalogueOptions & { catalogue: Catalogue }) {
    this.#fill = openPackages(options);
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
  isSettled(owner: Pick<PackageOwner, 'slug' | 'packages'>): boolean {
    return owner.packages.length === 0 || this.#settled.has(owner.slug);
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
    for (const folder of owner.packages) {
      missing.push(...(await this.#fill({ folder, label: owner.slug }, signal)).missing);
    }
    this.#settled.add(owner.slug);
    if (missing.length === 0) return;
    throw new StagecraftError('not_ready', `Packages of ${owner.slug} are missing: ${missing.join(' ')}`, {
      retryable: true,
    });
  }
}
