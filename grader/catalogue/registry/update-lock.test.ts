import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueEntry } from '../catalogue.ts';
import { type RegistryClient, RegistryFailure } from './client.ts';
import { type CatalogueLock, describeChanges, readLock, writeLock } from './lock.ts';
import { proposeLock } from './update-lock.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const entry = (name: string): CatalogueEntry => ({ name, aliases: [] }) as unknown as CatalogueEntry;
const manifest = (bytes: number): string =>
  JSON.stringify({ config: { digest: 'sha256:c', size: 100 }, layers: [{ digest: 'sha256:l', size: bytes }] });

const amd64 = manifest(1_000);
const arm64 = manifest(2_000);
const index = JSON.stringify({
  manifests: [
    { digest: digestOf(amd64), size: 1, platform: { os: 'linux', architecture: 'amd64' } },
    { digest: digestOf(arm64), size: 1, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { digest: 'sha256:other', size: 1, platform: { os: 'linux', architecture: 's390x' } },
    { digest: 'sha256:attestation', size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
  ],
});

/** A registry that is a table; what is not in it is missing. */
class TableClient implements RegistryClient {
  readonly asked: string[] = [];
  readonly #table: Record<string, string>;

  constructor(table: Record<string, string>) {
    this.#table = table;
  }

  async manifest(reference: string): Promise<string> {
    this.asked.push(reference);
    const found = this.#table[reference];
    if (found !== undefined) return found;
    const gone = reference.startsWith('away.test/');
    throw new RegistryFailure(gone ? 'unreachable' : 'missing', gone ? 'It is away.' : 'It is missing.');
  }

  async config(reference: string): Promise<string> {
    return await this.manifest(`config of ${reference}`);
  }

  pull(): never {
    throw new Error('An update pulls nothing.');
  }

  archive(): never {
    throw new Error('An update loads nothing.');
  }
}

const empty: CatalogueLock = { version: 1, images: [] };
const client = (): TableClient =>
  new TableClient({
    'node:20': index,
    [`node@${digestOf(amd64)}`]: amd64,
    [`node@${digestOf(arm64)}`]: arm64,
    'tool:1': amd64,
    [`config of tool@${digestOf(amd64)}`]: JSON.stringify({ os: 'linux', architecture: 'arm64' }),
  });

describe('what a registry has today', () => {
  test('is proposed with digest and size for each platform that we know', async () => {
    const { lock, failures } = await proposeLock({ entries: [entry('node:20')], lock: empty, client: client() });
    expect(failures).toEqual([]);
    expect(lock.images).toEqual([
      {
        name: 'node',
        tag: '20',
        platforms: {
          'linux/amd64': { digest: digestOf(amd64), downloadBytes: 1_100 },
          'linux/arm64': { digest: digestOf(arm64), downloadBytes: 2_100 },
        },
      },
    ]);
  });

  test('is for one platform when the name means no index, and its configuration says for which', async () => {
    const { lock } = await proposeLock({ entries: [entry('tool:1')], lock: empty, client: client() });
    expect(lock.images[0]?.platforms).toEqual({ 'linux/arm64': { digest: digestOf(amd64), downloadBytes: 1_100 } });
  });

  test('is asked of the place that the lock file names', async () => {
    const asking = new TableClient({ 'copy.test/node:20': index, [`copy.test/node@${digestOf(amd64)}`]: amd64 });
    const lock: CatalogueLock = {
      version: 1,
      images: [{ name: 'node', tag: '20', from: 'copy.test/node', platforms: {} }],
    };
    await proposeLock({ entries: [entry('node:20')], lock, client: asking });
    expect(asking.asked[0]).toBe('copy.test/node:20');
  });
});

describe('an image that can not be asked for', () => {
  test('keeps its pins and is named; one that has none stays out', async () => {
    const pinned = {
      name: 'old',
      tag: '1',
      platforms: { 'linux/amd64': { digest: digestOf('old'), downloadBytes: 5 } },
    };
    const entries = ['old:1', 'new:1', 'node:20'].map(entry);
    const lock: CatalogueLock = { version: 1, images: [pinned] };
    const proposed = await proposeLock({ entries, lock, client: client() });
    expect(proposed.lock.images.map(({ name }) => name)).toEqual(['old', 'node']);
    expect(proposed.lock.images[0]).toEqual(pinned);
    expect(proposed.failures).toEqual(['old:1, new:1: It is missing.']);
    expect(proposed.asked).toBe(1);
  });

  test('because its registry is away spares the others of that registry', async () => {
    const entries = Array.from({ length: 12 }, (_, at) => entry(`away.test/a:${at}`));
    const asking = client();
    const { failures } = await proposeLock({ entries, lock: empty, client: asking });
    expect(failures).toHaveLength(1);
    // Those that were under way side by side.
    expect(asking.asked.length).toBeLessThanOrEqual(3);
  });
});

describe('the lock file', () => {
  let file: string;
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sc-lock-'));
    file = join(folder, 'catalogue-lock.json');
    return async () => await rm(folder, { recursive: true });
  });

  test('is read as it was written, sorted', async () => {
    const { lock } = await proposeLock({ entries: ['tool:1', 'node:20'].map(entry), lock: empty, client: client() });
    await writeLock(file, lock);
    expect((await readLock(file)).images.map(({ name }) => name)).toEqual(['node', 'tool']);
  });

  test('that is not there pins nothing', async () => {
    expect(await readLock(file)).toEqual(empty);
  });

  test.each([
    ['no JSON', '{"version": 1,', 'it is not JSON'],
    ['another version', '{"version":2,"images":[]}', 'version: '],
    [
      'a digest that is none',
      lockWith({ digest: 'sha256:abc', downloadBytes: 1 }),
      'images.0.platforms.linux/amd64.digest',
    ],
    ['a negative size', lockWith({ digest: digestOf(''), downloadBytes: -1 }), 'downloadBytes'],
    ['a platform that we do not know', lockWith({}, 'linux/vax'), 'images.0.platforms'],
    [
      'a repository that is an option',
      '{"version":1,"images":[{"name":"--all","tag":"1","platforms":{}}]}',
      'images.0.name',
    ],
  ])('with %s is refused with the place and what to do', async (_, text, words) => {
    await writeFile(file, text);
    const error = await readLock(file).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'bad_input' });
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain('catalogue update --write');
  });

  test('differs from another by the pins that came, went and changed', async () => {
    const { lock } = await proposeLock({ entries: [entry('node:20')], lock: empty, client: client() });
    expect(describeChanges(lock, lock)).toEqual([]);
    expect(describeChanges(empty, lock)).toEqual([
      `+ node:20 linux/amd64 ${digestOf(amd64)} (0.0 MB to download)`,
      `+ node:20 linux/arm64 ${digestOf(arm64)} (0.0 MB to download)`,
    ]);
    const moved = structuredClone(lock);
    (moved.images[0]?.platforms['linux/arm64'] as { digest: string }).digest = digestOf('moved');
    expect(describeChanges(lock, moved).map((line) => line.slice(0, 21))).toEqual([
      '- node:20 linux/arm64',
      '+ node:20 linux/arm64',
    ]);
  });

  test('of this project can be used, and names only images of the catalogue', async () => {
    const { catalogueEntries } = await import('../entries.ts');
    const lock = await readLock(join(import.meta.dirname, '../../../content/catalogue-lock.json'));
    const names = new Set(catalogueEntries.map(({ name }) => name));
    expect(lock.images.filter(({ name, tag }) => !names.has(`${name}:${tag}`))).toEqual([]);
  });
});

function lockWith(pin: object, platform = 'linux/amd64'): string {
  return JSON.stringify({ version: 1, images: [{ name: 'node', tag: '20', platforms: { [platform]: pin } }] });
}
