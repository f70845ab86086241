/**
 * The registry source: official images by the digests of the lock file, pulled on the host and loaded into the engine.
 *
 * Absent on purpose: pulls by tag, and pulls by the sandbox engine, which has no way out.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sandboxCaPem } from '../../engine/sandbox-ca.ts';
import { StagecraftError } from '../../errors.ts';
import type { CatalogueEntry, CatalogueOptions } from '../catalogue.ts';
import { ensureHostPackages, registryPrograms } from '../host-packages.ts';
import type { ImageSource, RoundRequest, SourceRound } from '../image-source.ts';
import { type BlobStore, blobStore } from './blobs.ts';
import { type RegistryClient, registryHost } from './client.ts';
import { type RegistryRecipe, registryRecipe } from './configure.ts';
import { readHostDocker } from './host-docker.ts';
import {
  type CatalogueLock,
  type Pin,
  type Platform,
  platformOf,
  readLock,
  referenceOf,
  repositoryOf,
} from './lock.ts';
import { type PinnedImage, RegistryRound } from './round.ts';
import { Skopeo } from './skopeo.ts';

/** @throws StagecraftError `bad_input` for a lock file that can't be used */
export async function openRegistry(options: CatalogueOptions, entries: CatalogueEntry[]): Promise<ImageSource> {
  const platform = platformOf();
  if (options.registry === undefined || platform === undefined) return nothingPinned;
  const lock = await readLock(options.registry.lockFile);
  const { engine, cacheDir } = options;
  const recipe = {
    mirrorUrl: `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`,
    sandboxCa: await sandboxCaPem(cacheDir),
  };
  const pinned = await pinnedImages(entries, { lock, platform, recipe });
  if (pinned.size === 0) return nothingPinned;
  const store = blobStore(join(cacheDir, 'catalogue', 'registry'));
  return {
    kind: 'registry',
    recipe: createHash('sha256')
      .update([...pinned.values()].map(({ hash }) => hash).join())
      .digest('hex')
      .slice(0, 8),
    recipeOf: (entry) => pinned.get(entry.name)?.hash,
    begin: (round) => beginRound({ ...options, ...round }, { pinned, platform, recipe, store }),
  };
}

const nothingPinned: ImageSource = {
  kind: 'registry',
  recipe: '',
  recipeOf: () => undefined,
  begin: () => ({
    bringIn: async (entry) => {
      throw new StagecraftError('not_found', `No official image is pinned for ${entry.name}.`);
    },
    keep: async () => {},
    end: async () => {},
  }),
};

async function pinnedImages(
  entries: CatalogueEntry[],
  { lock, platform, recipe }: { lock: CatalogueLock; platform: Platform; recipe: RegistryRecipe },
): Promise<Map<string, PinnedImage>> {
  const locked = new Map(lock.images.map((image) => [referenceOf(image), image]));
  const found = new Map<string, PinnedImage>();
  for (const entry of entries) {
    const image = locked.get(entry.name);
    const pin: Pin | undefined = image?.platforms[platform];
    if (image === undefined || pin === undefined) continue;
    const hash = await registryRecipe(recipe, { entry, digest: pin.digest });
    found.set(entry.name, { entry, hash, pin, repository: repositoryOf(image) });
  }
  return found;
}

function beginRound(
  options: CatalogueOptions & RoundRequest,
  fixed: { pinned: Map<string, PinnedImage>; platform: Platform; recipe: RegistryRecipe; store: BlobStore },
): SourceRound {
  const hosts = [...fixed.pinned.values()].map(({ repository }) => registryHost(repository));
  return new RegistryRound({
    ...fixed,
    ...options,
    openClient: (scratch, signal) => openClient({ ...options, signal }, { hosts, scratch, store: fixed.store }),
  });
}

/**
 * The client of this machine, installed when it is missing.
 * @throws StagecraftError `host_lacks` when it can't be, `bad_input` when Docker's configuration can't be read
 */
export async function openClient(
  options: Pick<CatalogueOptions, 'registry' | 'progress'> & { signal?: AbortSignal | undefined },
  target: { hosts: string[]; scratch: string; store: BlobStore },
): Promise<RegistryClient> {
  const { registry, progress, signal } = options;
  if (registry === undefined) throw new StagecraftError('internal', 'No registry was configured.');
  await ensureHostPackages({ programs: registryPrograms, progress, signal });
  const host = await readHostDocker(registry, target.hosts);
  const { scratch, store } = target;
  return await Skopeo.open({ scratch, store, host, environment: registry.environment, timing: registry.timing });
}
