import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addCrate,
  type CargoDependency,
  type CargoPackage,
  type CargoTree,
  indexLine,
  indexPath,
  isInTree,
  writeIndex,
} from './cargo-tree.ts';

const source = 'registry+https://registry.stagecraft.test/index';
const dependency: CargoDependency = {
  ...{ name: 'log', req: '^0.4.4', kind: null, rename: null, optional: false, uses_default_features: true },
  ...{ features: [], target: null, registry: null, source },
};
const crate = (name: string, version = '1.0.0'): CargoPackage & { source: string } => ({
  ...{ name, version, source, dependencies: [], features: {}, links: null, rust_version: null },
});

describe('an index line', () => {
  test('says what Cargo resolves by, and the hash of the archive', () => {
    expect(indexLine({ ...crate('tiny_http'), dependencies: [dependency], features: { default: [] } }, 'ab12')).toEqual(
      {
        ...{ name: 'tiny_http', vers: '1.0.0', cksum: 'ab12', features: { default: [] }, yanked: false },
        deps: [
          {
            ...{ name: 'log', req: '^0.4.4', features: [], optional: false },
            ...{ default_features: true, target: null, kind: 'normal' },
          },
        ],
      },
    );
  });

  test('gives a renamed dependency both of its names, and keeps kind, platform and registry', () => {
    const made = indexLine(
      {
        ...crate('a'),
        dependencies: [
          { ...dependency, rename: 'journal', kind: 'build', target: 'cfg(windows)', registry: 'https://other.test/' },
        ],
      },
      '',
    ) as { deps: object[] };
    expect(made.deps).toEqual([
      {
        ...{ name: 'journal', package: 'log', req: '^0.4.4', features: [], optional: false, default_features: true },
        ...{ target: 'cfg(windows)', kind: 'build', registry: 'https://other.test/' },
      },
    ]);
  });

  test.each([['dep:openssl'], ['openssl?/vendored']])('with %s is of the second version', (value) => {
    expect(indexLine({ ...crate('a'), features: { ssl: [value] } }, '')).toMatchObject({
      v: 2,
      features: {},
      features2: { ssl: [value] },
    });
  });

  test('keeps the native library that it links and the oldest Rust it compiles with', () => {
    expect(indexLine({ ...crate('a'), links: 'z', rust_version: '1.56' }, '')).toMatchObject({
      ...{ links: 'z', rust_version: '1.56' },
    });
  });
});

test.each([
  ['a', '1/a'],
  ['ab', '2/ab'],
  ['log', '3/l/log'],
  ['tiny_http', 'ti/ny/tiny_http'],
  ['Inflector', 'in/fl/inflector'],
])('the index file of %s is %s', (name, path) => {
  expect(indexPath(name)).toBe(path);
});

describe('the tree', () => {
  let tree: CargoTree;
  beforeEach(async () => {
    tree = { root: await mkdtemp(join(tmpdir(), 'cargo-tree-')), url: 'http://10.213.0.1:4873/crates' };
  });
  afterEach(async () => {
    await rm(tree.root, { recursive: true, force: true });
  });

  test('says where archives are, and promises their hash', async () => {
    await addCrate(tree, crate('log'), Buffer.from('archive'));
    await writeIndex(tree, ['log']);
    const config = JSON.parse(await readFile(join(tree.root, 'config.json'), 'utf8')) as { dl: string };
    expect(config.dl).toBe('http://10.213.0.1:4873/crates/files/{crate}-{version}.crate');
    expect(await readFile(join(tree.root, 'files/log-1.0.0.crate'), 'utf8')).toBe('archive');
    const index = JSON.parse(await readFile(join(tree.root, '3/l/log'), 'utf8')) as { cksum: string };
    expect(index.cksum).toBe(createHash('sha256').update('archive').digest('hex'));
  });

  test('loses no version when twenty are added at once', async () => {
    const versions = Array.from({ length: 20 }, (_, at) => `1.${at}.0`);
    await Promise.all(
      versions.map(async (version) => {
        await addCrate(tree, crate('serde', version), Buffer.from(version));
        await writeIndex(tree, ['serde']);
      }),
    );
    const lines = (await readFile(join(tree.root, 'se/rd/serde'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { vers: string }).vers).sort()).toEqual([...versions].sort());
    expect(await readdir(join(tree.root, 'se/rd'))).toEqual(['serde']);
  });

  test('holds a version only of the registry that it came from', async () => {
    await addCrate(tree, crate('log'), Buffer.from('archive'));
    expect(await isInTree(tree, crate('log'))).toBe(true);
    expect(await isInTree(tree, crate('log', '1.0.1'))).toBe(false);
    expect(await isInTree(tree, { ...crate('log'), source: 'registry+https://other.test/' })).toBe(false);
    await rm(join(tree.root, 'files/log-1.0.0.crate'));
    expect(await isInTree(tree, crate('log'))).toBe(false);
  });
});
