import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inputPath, inputSets } from './input-sets.ts';
import { extraPackages, publishApt, publishedNames } from './system-packages.ts';

const sets = inputSets('x64');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sc-system-packages-'));
});
afterEach(async () => await rm(root, { recursive: true, force: true }));

const shelf = () => ({ packagesDir: join(root, 'packages'), catalogueDir: join(root, 'catalogue'), sets });

async function download(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.deb`), name);
  await writeFile(join(folder, 'Packages'), `Package: ${name}\nFilename: ${name}.deb\n`);
}

test('what images and exercises download at the same time is all published, whoever comes first', async () => {
  const { packagesDir, catalogueDir } = shelf();
  await download(join(catalogueDir, inputPath('debian', sets.debian), 'packages'), 'base');
  const extras = Array.from({ length: 20 }, (_, number) => `extra-${number}`);
  const bring = async (name: string): Promise<void> => {
    await download(join(extraPackages(packagesDir, 'bookworm'), name), name);
    await publishApt(shelf(), 'bookworm');
  };
  await Promise.all([publishApt(shelf(), 'bookworm'), ...extras.map(bring)]);
  expect(await publishedNames(packagesDir, 'bookworm')).toEqual(new Set(['base', ...extras]));
  expect((await lstat(join(packagesDir, 'apt'))).isSymbolicLink()).toBe(true);
  const left = (await readdir(packagesDir)).filter((name) => name.startsWith('apt.'));
  expect(left).toEqual([]);
});

test('nothing downloaded is nothing published', async () => {
  await publishApt(shelf(), 'trixie');
  expect(await publishedNames(shelf().packagesDir, 'trixie')).toBeUndefined();
});
