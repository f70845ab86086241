import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addVersions, type Packument } from '../catalogue/packages/npm-tree.ts';
import { mergePackages, mergeTree } from './place.ts';
import { writeTree } from './testing.ts';

let dir: string;
const url = 'http://10.0.0.1/npm';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagecraft-place-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('what is there stays, what is missing comes', async () => {
  const place = await writeTree(join(dir, 'place'), { 'a/one': 'old', 'b/two': 'old' });
  const staged = await writeTree(join(dir, 'staged'), { 'a/one': 'new', 'a/three': 'new', 'c/d/four': 'new' });
  expect(await mergeTree(staged, place)).toEqual(['a/one']);
  const texts = await Promise.all(
    ['a/one', 'a/three', 'b/two', 'c/d/four'].map((path) => readFile(join(place, path), 'utf8')),
  );
  expect(texts).toEqual(['old', 'new', 'old', 'new']);
});

test('a package that both mirrors have keeps the versions of both', async () => {
  const [place, staged] = [join(dir, 'place'), join(dir, 'staged')];
  for (const [root, version] of [
    [place, '1.0.0'],
    [staged, '2.0.0'],
  ] as const) {
    for (const name of ['both', '@scope/both'])
      await addVersions({ root: join(root, 'npm'), url }, [
        { name, version, integrity: 'sha512-x', manifest: {} } as never,
      ]);
    await writeTree(root, { 'go/example.test/m/@v/list': `v${version}\n`, [`.filled/${version}`]: '' });
  }
  await mergePackages(staged, place, url);
  for (const name of ['both', '@scope/both']) {
    const packument = JSON.parse(await readFile(join(place, 'npm', name, 'index.json'), 'utf8')) as Packument;
    expect(packument.name).toBe(name);
    expect(Object.keys(packument.versions)).toEqual(['1.0.0', '2.0.0']);
    expect(packument['dist-tags'].latest).toBe('2.0.0');
  }
  expect(await readFile(join(place, 'go/example.test/m/@v/list'), 'utf8')).toBe('v1.0.0\nv2.0.0\n');
  expect((await readdir(join(place, '.filled'))).sort()).toEqual(['1.0.0', '2.0.0']);
});
