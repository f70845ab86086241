/**
 * Keeps the engine small. Latency about doubles when cache records pile up, and a full disk fails everybody's build, so
 * records are bounded by count and images nobody names are removed.
 */
import type Docker from 'dockerode';
import { limits } from '../limits.ts';
import { unlessAborted } from '../unless-aborted.ts';

export interface CacheRecord {
  ID: string;
  /** What it stands on. The engine's API writes the name with a space. */
  ' Parents'?: string[] | null;
  /** `regular`, `source.local`, `exec.cachemount`, … */
  Type: string;
  InUse: boolean;
  LastUsedAt?: string | null;
  CreatedAt: string;
}

/** Images that are only there to be looked into; see `terminal/kept-images.ts`. */
export const keptImageName = 'stagecraft-kept';
/** An image without a name may still be under examination for this long. */
const unnamedImageAgeMs = 15 * 60_000;
const cacheMount = 'exec.cachemount';
/** In one call: each ends in a garbage collection, and BuildKit looks at every record once for each step of a chain. */
const pruneCallIds = 50;
/** Of 25. A record that came since they were listed is told from them too. */
const idCharactersMin = 6;
/** Pruning to somewhat below the limit, so that it isn't due again after the next build. */
const keptShare = 0.75;

export interface Surplus {
  /** Of the records to remove, each before those that it stands on. */
  ids: string[];
  /** There are so many that builds have to wait until they are removed. */
  urgent: boolean;
}

/**
 * What there is too much of: the records that were used least lately. Using one uses what it stands on. Cache mounts are
 * counted apart: steps come by the dozen, and would drive every mount out.
 */
export function surplusOf(records: CacheRecord[]): Surplus {
  const { cacheMountsMax, cacheRecordsMax, cacheWaitFactor } = limits.engine;
  const placed = placesOf(records);
  const shelves = [
    { on: placed.filter(({ record }) => record.Type === cacheMount), max: cacheMountsMax },
    { on: placed.filter(({ record }) => record.Type !== cacheMount), max: cacheRecordsMax },
  ].filter(({ on, max }) => on.length > max);
  const old = shelves.flatMap(({ on, max }) =>
    // Used at the same time, the lower one is the one to keep.
    on
      .toSorted((one, other) => other.usedAt - one.usedAt || one.height - other.height)
      .slice(Math.floor(max * keptShare)),
  );
  return {
    ids: old.toSorted((one, other) => other.height - one.height).map(({ record }) => record.ID),
    urgent: shelves.some(({ on, max }) => on.length > max * cacheWaitFactor),
  };
}

interface Placed {
  record: CacheRecord;
  /** How many records stand below it, at most. */
  height: number;
  /** When it or one that stands on it was used last; ms since 1970. */
  usedAt: number;
}

function placesOf(records: CacheRecord[]): Placed[] {
  const byId = new Map<string, Placed>();
  for (const record of records)
    byId.set(record.ID, { record, height: 0, usedAt: Date.parse(record.LastUsedAt ?? record.CreatedAt) });
  const parentsOf = ({ record }: Placed) => (record[' Parents'] ?? []).flatMap((id) => byId.get(id) ?? []);
  const measured = new Set<Placed>();
  const measure = (one: Placed): number => {
    if (!measured.has(one)) {
      measured.add(one);
      one.height = 1 + Math.max(0, ...parentsOf(one).map(measure));
    }
    return one.height;
  };
  const all = [...byId.values()];
  for (const one of all) measure(one);
  // From the top down, so that what is passed on has come from all above.
  for (const one of all.toSorted((a, b) => b.height - a.height))
    for (const parent of parentsOf(one)) parent.usedAt = Math.max(parent.usedAt, one.usedAt);
  return all;
}

export interface TidyTarget {
  docker: Docker;
  /**
   * Does the work while nobody builds: pruning takes away what a build is just about to use (moby/moby issue 39547).
   * Not at all when somebody does and they are not to be waited for.
   */
  whileNobodyBuilds: (work: () => Promise<void>, options: { wait: boolean }) => Promise<void>;
  /** Whether there is too little room for a build. */
  isFull: () => Promise<boolean>;
  /** Called before and after pruning a full disk: dockerd needs some room to prune in. */
  relieve: () => Promise<unknown>;
  settle: () => Promise<unknown>;
}

/** Cheap when there is nothing to do: one listing of the cache records and one look at the disk. */
export async function tidy(target: TidyTarget, signal?: AbortSignal): Promise<void> {
  const { docker } = target;
  if (!(await target.isFull())) {
    const { ids, urgent } = surplusOf(await cacheRecords(docker, signal));
    const atMost = urgent ? ids.length : limits.engine.pruneSliceMax;
    if (ids.length > 0) await target.whileNobodyBuilds(() => clear(docker, atMost, signal), { wait: urgent });
    return;
  }
  // Whoever builds on a full disk fails anyway: nobody is waited for.
  await target.relieve();
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

/** What is left is for the next time: whoever comes meanwhile has to wait. */
async function clear(docker: Docker, atMost: number, signal?: AbortSignal): Promise<void> {
  // Against a daemon that hangs.
  const deadline = AbortSignal.timeout(limits.engine.pruneTimeoutMs);
  const until = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  await removeUnnamedImages(docker, unnamedImageAgeMs, until);
  const records = await cacheRecords(docker, until);
  const ids = surplusOf(records).ids.slice(0, atMost);
  // Not by age: BuildKit removes only what nothing stands on, and counts that as a use of what is below.
  for (let at = 0; at < ids.length; at += pruneCallIds)
    await pruneCache(docker, { id: [patternOf(ids.slice(at, at + pruneCallIds), records)] }, until);
}

/**
 * The engine's API takes one id, and hands it to containerd's filter as a regex. That is compiled anew for each record at
 * each look, so it has no more of the ids than it takes to tell them from all others.
 */
export function patternOf(ids: string[], records: Pick<CacheRecord, 'ID'>[]): string {
  const others = records.map(({ ID }) => ID).filter((id) => !ids.includes(id));
  const isShared = (length: number) => {
    const beginnings = new Set(ids.map((id) => id.slice(0, length)));
    return others.some((id) => beginnings.has(id.slice(0, length)));
  };
  let length = idCharactersMin;
  while (isShared(length)) length += 1;
  return `"^(${ids
    .map((id) => id.slice(0, length))
    .toSorted()
    .join('|')})"`;
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
  const answer = new Promise((resolve, reject) => {
    docker.modem.dial({ method, path: `${path}?`, options, statusCodes, abortSignal: signal }, (error, data) =>
      error ? reject(error) : resolve(data),
    );
  });
  // An answer that has begun is not given up by the transport itself.
  return signal === undefined ? answer : unlessAborted(answer, signal);
}
