/** Asks the registries which digests the catalogue's names mean today, for every platform. Changes nothing itself. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isCancelled, StagecraftError, sentenceFor } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import type { RegistryClient } from './client.ts';
import { RegistryFailure, registryHost } from './client.ts';
import { type CatalogueLock, type LockedImage, type Pin, type Platform, platforms, repositoryOf } from './lock.ts';

export interface UpdateRequest {
  entries: CatalogueEntry[];
  lock: CatalogueLock;
  client: RegistryClient;
  signal?: AbortSignal | undefined;
}

export interface ProposedLock {
  lock: CatalogueLock;
  /** One line per reason, with the images that could not be asked for; their old pins stay. */
  failures: string[];
  /** How many images were. */
  asked: number;
}

const descriptorSchema = z.looseObject({
  digest: z.string(),
  size: z.number().int().nonnegative(),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});
const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.looseObject({ os: z.string(), architecture: z.string() });

/** @throws StagecraftError `cancelled` */
export async function proposeLock(request: UpdateRequest): Promise<ProposedLock> {
  const proposed = new Map<string, LockedImage>();
  const failures: { name: string; sentence: string }[] = [];
  const absentHosts = new Map<string, RegistryFailure>();
  const queue = [...request.entries];
  const worker = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const old = lockedFor(entry, request.lock);
      try {
        proposed.set(entry.name, { ...old, platforms: await askOnce(old, { ...request, absentHosts }) });
      } catch (error) {
        if (isCancelled(error) || request.signal?.aborted) throw error;
        failures.push({ name: entry.name, sentence: sentenceFor(error) });
        if (Object.keys(old.platforms).length > 0) proposed.set(entry.name, old);
      }
    }
  };
  await Promise.all(Array.from({ length: limits.registry.parallelPullsMax }, worker));
  const images = request.entries.flatMap((entry) => proposed.get(entry.name) ?? []);
  const byReason = Map.groupBy(failures, ({ sentence }) => sentence);
  return {
    lock: { version: 1, images },
    failures: [...byReason].map(([why, all]) => `${all.map(({ name }) => name).join(', ')}: ${why}`),
    asked: request.entries.length - failures.length,
  };
}

/** A registry that is not there is not asked again for the next image. */
async function askOnce(
  image: LockedImage,
  request: UpdateRequest & { absentHosts: Map<string, RegistryFailure> },
): Promise<LockedImage['platforms']> {
  const host = registryHost(repositoryOf(image));
  const absent = request.absentHosts.get(host);
  if (absent !== undefined) throw absent;
  try {
    return await pinsOf(image, request);
  } catch (error) {
    const away = error instanceof RegistryFailure && ['unreachable', 'silent', 'untrusted'].includes(error.kind);
    if (away) request.absentHosts.set(host, error);
    throw error;
  }
}

function lockedFor(entry: CatalogueEntry, lock: CatalogueLock): LockedImage {
  const colon = entry.name.lastIndexOf(':');
  const [name, tag] = [entry.name.slice(0, colon), entry.name.slice(colon + 1)];
  return lock.images.find((image) => image.name === name && image.tag === tag) ?? { name, tag, platforms: {} };
}

async function pinsOf(image: LockedImage, { client, signal }: UpdateRequest): Promise<LockedImage['platforms']> {
  const repository = repositoryOf(image);
  const reference = `${repository}:${image.tag}`;
  const text = await client.manifest(reference, signal);
  const index = indexSchema.safeParse(parse(text, reference));
  if (!index.success) {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const platform = await platformOfConfig(`${repository}@${digest}`, { client, signal });
    return platform === undefined ? {} : { [platform]: pinOf(text, digest, reference) };
  }
  const pins: LockedImage['platforms'] = {};
  for (const platform of platforms) {
    const found = index.data.manifests.find(({ platform: of }) => of && `${of.os}/${of.architecture}` === platform);
    if (found === undefined) continue;
    const manifest = await client.manifest(`${repository}@${found.digest}`, signal);
    pins[platform] = pinOf(manifest, found.digest, reference);
  }
  return pins;
}

/** An image that is not in an index says in its configuration what it is for. */
async function platformOfConfig(
  reference: string,
  { client, signal }: Pick<UpdateRequest, 'client' | 'signal'>,
): Promise<Platform | undefined> {
  const config = configSchema.safeParse(parse(await client.config(reference, signal), reference));
  return platforms.find((one) => config.success && one === `${config.data.os}/${config.data.architecture}`);
}

function pinOf(text: string, digest: string, reference: string): Pin {
  const manifest = manifestSchema.safeParse(parse(text, reference));
  if (!manifest.success) throw unreadable(reference, manifest.error);
  const { config, layers } = manifest.data;
  return { digest, downloadBytes: layers.reduce((sum, { size }) => sum + size, config.size) };
}

function parse(text: string, reference: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(reference, cause);
  }
}

function unreadable(reference: string, cause: unknown): StagecraftError {
  return new StagecraftError('internal', `What the registry answered for ${reference} is no image manifest.`, {
    cause,
  });
}
