import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LockedPackage } from './npm-lock.ts';
import { addVersions, compareVersions, matchesIntegrity, type NpmTree, packument, tarballPath } from './npm-tree.ts';

const url = 'http://10.213.0.1:4873/npm';
const locked = (name: string, version: string): LockedPackage => ({
  ...{ name, version, integrity: `sha512-${version}`, fitsPlatform: true },
  manifest: { dependencies: { left: '^1' } },
});

describe('a packument', () => {
  test('gives every version its manifest, its hash and the mirror’s address', () => {
    const made = packument('@scope/name', [locked('@scope/name', '1.0.0')], url);
    expect(made).toEqual({
      name: '@scope/name',
      'dist-tags': { latest: '1.0.0' },
      versions: {
        '1.0.0': {
          name: '@scope/name',
          version: '1.0.0',
          dependencies: { left: '^1' },
          dist: { tarball: `${url}/@scope/name/-/name-1.0.0.tgz`, integrity: 'sha512-1.0.0' },
        },
      },
    });
  });

  test.each([
    [['1.9.0', '1.10.0', '1.2.0'], '1.10.0'],
    [['2.0.0-beta.1', '1.0.0'], '1.0.0'],
    [['2.0.0-beta.2', '2.0.0-beta.10'], '2.0.0-beta.10'],
    [['1.0.0+build', '0.9.0'], '1.0.0+build'],
  ])('of %j calls %s latest', (versions, latest) => {
    expect(
      packument(
        'a',
        versions.map((version) => locked('a', version)),
        url,
      )['dist-tags'].latest,
    ).toBe(latest);
    expect([...versions].sort(compareVersions).at(-1)).toBe(latest);
  });
});

describe('the tree', () => {
  let tree: NpmTree;
  beforeEach(async () => {
    tree = { root: await mkdtemp(join(tmpdir(), 'npm-tree-')), url };
  });
  afterEach(async () => {
    await rm(tree.root, { recursive: true, force: true });
  });

  test('names tarballs as npm asks for them', () => {
    expect(tarballPath(tree, { name: '@scope/name', version: '1.0.0' })).toBe(
      join(tree.root, '@scope/name/-/name-1.0.0.tgz'),
    );
  });

  test('loses no version when twenty are added at once', async () => {
    const versions = Array.from({ length: 20 }, (_, at) => `1.${at}.0`);
    await Promise.all(versions.map((version) => addVersions(tree, [locked('a', version)])));
    const made = JSON.parse(await readFile(join(tree.root, 'a', 'index.json'), 'utf8')) as ReturnType<typeof packument>;
    expect(Object.keys(made.versions).sort()).toEqual([...versions].sort());
    expect(made['dist-tags'].latest).toBe('1.19.0');
    expect((await readdir(join(tree.root, 'a'))).sort()).toEqual(['.versions', 'index.json']);
  });
});

describe('integrity', () => {
  const bytes = Buffer.from('a tarball');
  const hash = (kind: string) => `${kind}-${createHash(kind).update(bytes).digest('base64')}`;

  test.each([['sha512'], ['sha1'], ['sha256']])('%s of the same bytes matches', (kind) => {
    expect(matchesIntegrity(bytes, hash(kind))).toBe(true);
  });

  test('only the strongest hash counts', () => {
    expect(matchesIntegrity(bytes, `${hash('sha1')} sha512-AAAA`)).toBe(false);
    expect(matchesIntegrity(bytes, `sha512-AAAA ${hash('sha512')}`)).toBe(true);
  });

  test.each(['', 'md5-AAAA', 'sha512-', 'nonsense'])('%j matches nothing', (integrity) => {
    expect(matchesIntegrity(bytes, integrity)).toBe(false);
  });
});
