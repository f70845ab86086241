import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineNetwork } from '../../engine/instance.ts';
import type { Packument } from './npm-tree.ts';
import { addPrivatePackage, packPrivate, privateScopes, privateTree } from './private-packages.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagecraft-private-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function aPackage(manifest: object): Promise<string> {
  const place = join(folder, 'fares');
  await mkdir(join(place, 'lib'), { recursive: true });
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(place, 'lib', 'fares.js'), 'export const fare = 1;\n');
  return place;
}

describe('packPrivate', () => {
  test('packs the same bytes each time, as gzip that everybody can read', async () => {
    const place = await aPackage({ name: '@ferry/fares', version: '1.4.0' });
    const packed = await packPrivate(place);
    expect(await packPrivate(place)).toEqual(packed);
    const tar = gunzipSync(packed.tarball);
    expect(tar.toString('latin1', 0, 24)).toBe('package/lib/fares.js\0\0\0\0');
    expect(tar.toString('latin1', 512, 535)).toBe('export const fare = 1;\n');
    expect(tar.length % 512).toBe(0);
  });

  test('wants a name and a version, and a small package', async () => {
    await expect(packPrivate(await aPackage({ name: '@ferry/fares' }))).rejects.toThrow(/a name and a version/);
    const place = await aPackage({ name: '@ferry/fares', version: '1.0.0' });
    await writeFile(join(place, 'large'), Buffer.alloc(70_000));
    await expect(packPrivate(place)).rejects.toThrow(/is too large: \d+ bytes, and 65535 are possible/);
  });
});

test('a package is found in the tree, under the address of the private part', async () => {
  const place = await aPackage({ name: '@ferry/fares', version: '1.4.0' });
  const tree = privateTree({ packagesDir: join(folder, 'packages'), mirrorUrl: 'http://10.0.0.1:1' });
  await addPrivatePackage(tree, place);
  const path = join(folder, 'packages/private/npm/@ferry/fares');
  const packument = JSON.parse(await readFile(join(path, 'index.json'), 'utf8')) as Packument;
  expect(packument.versions['1.4.0']?.dist.tarball).toBe(
    'http://10.0.0.1:1/private/npm/@ferry/fares/-/fares-1.4.0.tgz',
  );
  expect((await readFile(join(path, '-', 'fares-1.4.0.tgz'))).length).toBeGreaterThan(1024);
});

test('of .npmrc only scopes of the private part count', async () => {
  const lines = [
    '; @no:registry=http://a/private/npm',
    '@ferry:registry=http://a/private/npm/',
    '@other:registry=http://b/',
  ];
  await writeFile(join(folder, '.npmrc'), lines.join('\n'));
  expect(await privateScopes(folder, 'http://a/private/npm')).toEqual(['@ferry']);
  expect(await privateScopes(folder, undefined)).toEqual([]);
  expect(await privateScopes(join(folder, 'none'), 'http://a/private/npm')).toEqual([]);
});

test('the course’s private package is what its lock file promises, at the address that the engine has', async () => {
  const exercise = resolve(import.meta.dirname, '../../../content/exercises/private-registry');
  const lock = JSON.parse(await readFile(join(exercise, 'app/package-lock.json'), 'utf8'));
  const packed = await packPrivate(join(exercise, 'registry/fares'));
  expect(lock.packages[`node_modules/${packed.name}`]).toMatchObject({
    version: packed.version,
    integrity: packed.integrity,
  });
  const mirrorUrl = `http://${engineNetwork.buildGateway}:${engineNetwork.mirrorPort}`;
  expect(await privateScopes(join(exercise, 'app'), privateTree({ packagesDir: '/', mirrorUrl }).url)).toEqual([
    '@ferry',
  ]);
});
