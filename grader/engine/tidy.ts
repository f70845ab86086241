/**
 * Keeps the engine small. Latency about doubles when cache records pile up, and a full disk fails everybody's build, so
 * records are bounded by count and images nobody names are removed.
 */
import type Docker from 'dockerode';
import { limits } from '../limits.ts';

interface CacheRecord {
  InUse: boolean;
  LastUsedAt?: string | null;
  CreatedAt: string;
}

/** Images that are only there to be looked into; see `terminal/kept-images.ts`. */
export const keptImageName = 'stagecraft-kept';
/** An image without a name may still be under examination for this long. */
const unnamedImageAgeMs = 15 * 60_000;
/** Pruning to somewhat below the limit, so that it isn't due again after the next build. */
const keptShare = 0.75;

/**
 * How old a record must be to go, so that about `keep` remain; undefined when there are not too many.
 * @returns an age in ms, for BuildKit's `until` filter
 */
export function pruneAgeMs(records: CacheRecord[], options: { max: number; now: number }): number | undefined {
  if (records.length <= options.max) return undefined;
  const times = records.map((record) => Date.parse(record.LastUsedAt ?? record.CreatedAt)).sort((a, b) => b - a);
  const oldestKept = times[Math.floor(options.max * keptShare) - 1] as number;
  return Math.max(0, options.now - oldestKept);
}

export interface TidyTarget {
  docker: Docker;
  /** Whether there is too little room for a build. */
  isFull: () => Promise<boolean>;
  /** Called before and after pruning a full disk: dockerd needs some room to prune in. */
  relieve: () => Promise<unknown>;
  settle: () => Promise<unknown>;
}

/** Cheap when there is nothing to do: one listing of the cache records and one look at the disk. */
export async function tidy(target: TidyTarget, signal?: AbortSignal): Promise<void> {
  const { docker } = target;
  const full = await target.isFull();
  if (full) await target.relieve();
  const records = await cacheRecords(docker, signal);
  const ageMs = pruneAgeMs(records, { max: limits.engine.cacheRecordsMax, now: Date.now() });
  if (ageMs !== undefined) {
    await removeUnnamedImages(docker, unnamedImageAgeMs, signal);
    await pruneCache(docker, { until: [`${Math.ceil(ageMs / 1000)}s`] }, signal);
  }
  if (!full) return;
  await removeKeptImages(docker, signal);
  // First what nobody can be using. Still full, a disk filler's image must go, though it may be a moment old and another
  // submission's image goes with it: that one is tried again.
  for (const ageMs of [unnamedImageAgeMs, 0]) {
    await removeUnnamedImages(docker, ageMs, signal);
    await pruneCache(docker, {}, signal);
    if (!(await target.isFull())) break;
  }
  await target.settle();
}

async function cacheRecords(docker: Docker, signal?: AbortSignal): Promise<CacheRecord[]> {
  const call = { method: 'GET', path: '/system/df', query: { type: 'build-cache' } } as const;
  const usage = (await dial(docker, call, signal)) as { BuildCache?: CacheRecord[] | null };
  return usage.BuildCache ?? [];
}

async function pruneCache(docker: Docker, filters: Record<string, string[]>, signal?: AbortSignal): Promise<void> {
  const query = { all: 'true', filters: JSON.stringify(filters) };
  await dial(docker, { method: 'POST', path: '/build/prune', query }, signal);
}

async function removeUnnamedImages(docker: Docker, ageMs: number, signal?: AbortSignal): Promise<void> {
  const filters = { dangling: ['true'], until: [`${Math.ceil(ageMs / 1000)}s`] };
  await dial(docker, { method: 'POST', path: '/images/prune', query: { filters: JSON.stringify(filters) } }, signal);
}

/** A look inside is worth less than a build; one that a shell is looking into stays. */
async function removeKeptImages(docker: Docker, signal?: AbortSignal): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [keptImageName] } });
  for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    signal?.throwIfAborted();
    if (name.startsWith(`${keptImageName}:`))
      await docker
        .getImage(name)
        .remove({ force: false })
        .catch(() => {});
  }
}

interface DaemonCall {
  method: 'GET' | 'POST';
  path: string;
  query: Record<string, string>;
}

/** dockerode drops the options of these calls; its transport takes them. */
function dial(docker: Docker, { method, path, query }: DaemonCall, signal?: AbortSignal): Promise<unknown> {
  const options = { _query: query, _body: {} };
  const statusCodes = { 200: true, 500: 'The daemon failed.' };
  return new Promise((resolve, reject) => {
    docker.modem.dial({ method, path: `${path}?`, options, statusCodes, abortSignal: signal }, (error, data) =>
      error ? reject(error) : resolve(data),
    );
  });
}
