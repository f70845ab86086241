import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { limits } from '../../limits.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { RoundSlot } from '../round-slot.ts';
import { blobStore } from './blobs.ts';
import { type PulledImage, type PullRequest, type RegistryClient, RegistryFailure } from './client.ts';
import { type PinnedImage, RegistryRound } from './round.ts';
import { testTiming } from './testing.ts';

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'sc-round-'));
  return async () => await rm(work, { recursive: true, force: true });
});

type Pull = (request: PullRequest) => Promise<PulledImage>;

/** A round over so many images of one registry each, or of one for all, with a client that pulls like this. */
function roundOf(repositories: string[], pull: Pull, signal?: AbortSignal) {
  const entries = repositories.map((_, at) => ({ name: `image${at}:1`, aliases: [] }) as unknown as CatalogueEntry);
  const pinned = new Map<string, PinnedImage>(
    entries.map((entry, at) => {
      const pin = { digest: `sha256:${String(at).padStart(64, '0')}`, downloadBytes: 1 };
      return [entry.name, { entry, pin, repository: repositories[at] as string, hash: 'a' }];
    }),
  );
  const engine = {} as Engine;
  const round = new RegistryRound({
    ...{ engine, cacheDir: work, pinned, wanted: entries, signal, platform: 'linux/amd64', store: blobStore(work) },
    progress: () => {},
    slot: new RoundSlot(engine, signal),
    recipe: { mirrorUrl: '', sandboxCa: '' },
    registry: { lockFile: '', dockerConfigDir: '', dockerEtcDir: '', environment: {}, timing: testTiming },
    openClient: async () => ({ pull }) as unknown as RegistryClient,
  });
  const outcomes = Promise.all(
    entries.map((entry) =>
      round.bringIn(entry).then(
        () => undefined,
        (error: unknown) => error as RegistryFailure,
      ),
    ),
  );
  return { round, outcomes };
}

test('pulls side by side, but no more than the limit', async () => {
  let running = 0;
  let most = 0;
  const { round, outcomes } = roundOf(
    Array.from({ length: 9 }, (_, at) => `r${at}.test/a`),
    async () => {
      running += 1;
      most = Math.max(most, running);
      await wait(10);
      running -= 1;
      throw new RegistryFailure('missing', 'It is missing.');
    },
  );
  expect((await outcomes).map((failure) => failure?.message)).toEqual(Array(9).fill('It is missing.'));
  expect(most).toBe(limits.registry.parallelPullsMax);
  await round.end();
});

test.each([
  ['damaged', limits.registry.attemptsMax],
  ['server_error', limits.registry.attemptsMax],
  ['unreachable', limits.registry.attemptsMax],
  ['missing', 1],
  ['unauthorised', 1],
  ['untrusted', 1],
  ['rate_limited', 1],
  ['silent', 1],
] as const)('%s is tried %d times', async (kind, times) => {
  let tries = 0;
  const { round, outcomes } = roundOf(['r.test/a'], async () => {
    tries += 1;
    throw new RegistryFailure(kind, kind);
  });
  expect((await outcomes)[0]?.kind).toBe(kind);
  expect(tries).toBe(times);
  await round.end();
});

test('a registry that hangs is not asked for the rest of its images; another one is', async () => {
  const asked: string[] = [];
  const repositories = [...Array(8).fill('hangs.test/a'), 'works.test/a'];
  const { round, outcomes } = roundOf(repositories, async ({ repository }) => {
    asked.push(repository);
    await wait(5);
    const hangs = repository.startsWith('hangs');
    throw new RegistryFailure(hangs ? 'silent' : 'missing', hangs ? 'It hangs.' : 'It is missing.');
  });
  const said = (await outcomes).map((failure) => failure?.message);
  expect(said).toEqual([...Array(8).fill('It hangs.'), 'It is missing.']);
  expect(asked.filter((each) => each.startsWith('hangs'))).toHaveLength(limits.registry.parallelPullsMax);
  await round.end();
});

test('the end of a round ends its pulls and leaves nothing behind', async () => {
  let ended = 0;
  const { round, outcomes } = roundOf(['a.test/a', 'b.test/b'], async ({ signal }) => {
    await wait(60_000, undefined, { signal }).catch(() => {});
    ended += 1;
    throw new RegistryFailure('other', 'It was stopped.');
  });
  await wait(20);
  await round.end();
  expect(ended).toBe(2);
  expect((await outcomes).every((failure) => failure instanceof Error)).toBe(true);
  expect(await readdir(join(work, 'scratch'))).toEqual([]);
});
