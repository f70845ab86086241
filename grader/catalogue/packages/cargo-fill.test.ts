import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveOf, fillCargo, reasonOf } from './cargo-fill.ts';

const source = 'registry+https://registry.stagecraft.test/index';
const other = 'registry+https://other.stagecraft.test/index';

test('the archive of an unpacked crate lies where Cargo keeps it', () => {
  expect(archiveOf({ manifest_path: '/root/.cargo/registry/src/index-1f/log-0.4.35/Cargo.toml' })).toBe(
    '/root/.cargo/registry/cache/index-1f/log-0.4.35.crate',
  );
});

test.each([
  [
    '    Updating index\nerror: no matching package named `nope` found\nlocation searched: the index\n',
    'no matching package named `nope` found · location searched: the index',
  ],
  ['warning: unused\n', 'warning: unused'],
  ['', 'Cargo gave no reason.'],
])('the reason in %j is found', (stderr, reason) => {
  expect(reasonOf(stderr)).toBe(reason);
});

describe('filling', () => {
  let room: string;
  beforeEach(async () => {
    room = await mkdtemp(join(tmpdir(), 'cargo-fill-'));
  });
  afterEach(async () => {
    await rm(room, { recursive: true, force: true });
  });

  /** A program in Cargo's place that prints what was asked of it, and the crates that it unpacked. */
  async function fillWith(lock: string, packages: object[]) {
    const printed = join(room, 'metadata.json');
    await mkdir(join(room, 'app'), { recursive: true });
    await writeFile(join(room, 'app/Cargo.lock'), lock);
    await writeFile(printed, JSON.stringify({ packages }));
    let asked = 0;
    const missing = await fillCargo({
      folder: join(room, 'app'),
      label: 'app/Cargo.lock',
      tree: { root: join(room, 'crates'), url: 'http://mirror/crates' },
      scratchRoot: join(room, 'scratch'),
      cargo: async () => {
        asked += 1;
        return ['sh', '-c', 'echo "$@" >> "$0.asked"; cat "$0"', printed];
      },
    });
    return { missing, asked };
  }

  const locked = (name: string, from: string) =>
    `[[package]]\nname = "${name}"\nversion = "1.0.0"\nsource = "${from}"\n\n`;
  const known = (name: string, from: string, registry: string | null) => ({
    ...{ name, version: '1.0.0', source: from, features: {}, links: null, rust_version: null },
    dependencies: [{ name: 'x', source: from, registry, req: '*', kind: null, rename: null, features: [] }],
    manifest_path: join(room, `home/registry/src/index-1f/${name}-1.0.0/Cargo.toml`),
  });
  async function keepArchive(name: string): Promise<void> {
    await mkdir(join(room, 'home/registry/cache/index-1f'), { recursive: true });
    await writeFile(join(room, `home/registry/cache/index-1f/${name}-1.0.0.crate`), name);
  }

  test('puts what Cargo downloaded into the tree, and asks it only once', async () => {
    await keepArchive('log');
    const first = await fillWith(locked('log', source), [known('log', source, null)]);
    expect(first).toEqual({ missing: [], asked: 1 });
    expect(await readFile(join(room, 'crates/files/log-1.0.0.crate'), 'utf8')).toBe('log');
    expect(await readFile(join(room, 'crates/3/l/log'), 'utf8')).toContain('"vers":"1.0.0"');
    const said = await readFile(join(room, 'metadata.json.asked'), 'utf8');
    expect(said).toMatch(/^metadata --locked .*--manifest-path .*\/app\/Cargo\.toml$/m);
    expect((await fillWith(locked('log', source), [])).asked).toBe(0);
  });

  test('names each crate that did not come, and keeps those that did', async () => {
    await keepArchive('log');
    await keepArchive('inner');
    const { missing } = await fillWith(
      ['log', 'gone', 'lost'].map((name) => locked(name, source)).join('') + locked('inner', other),
      [
        known('log', source, null),
        known('gone', source, null),
        known('inner', other, 'https://other.stagecraft.test/'),
      ],
    );
    expect(missing).toEqual([
      'app/Cargo.lock: gone@1.0.0 was not downloaded by Cargo, which gave no reason.',
      'app/Cargo.lock: lost@1.0.0 was not downloaded by Cargo, which gave no reason.',
      'app/Cargo.lock: inner@1.0.0 is of another registry, and builds here know only the default one.',
    ]);
    expect(await readFile(join(room, 'crates/3/l/log'), 'utf8')).toContain('"vers":"1.0.0"');
  });

  test('a project without crates asks nobody', async () => {
    expect(await fillWith('[[package]]\nname = "app"\nversion = "0.1.0"\n', [])).toEqual({ missing: [], asked: 0 });
  });

  test('what Cargo says when it stops is told', async () => {
    await mkdir(join(room, 'app'));
    await writeFile(join(room, 'app/Cargo.lock'), locked('log', source));
    const missing = await fillCargo({
      folder: join(room, 'app'),
      label: 'app/Cargo.lock',
      tree: { root: join(room, 'crates'), url: 'http://mirror/crates' },
      scratchRoot: join(room, 'scratch'),
      cargo: async () => ['sh', '-c', 'echo "error: the lock file needs to be updated" >&2; exit 101'],
    });
    expect(missing).toEqual(['app/Cargo.lock: its crates could not be downloaded: the lock file needs to be updated']);
  });
});
