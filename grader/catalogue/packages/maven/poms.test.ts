import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../../limits.ts';
import { filledMarker } from '../fill-packages.ts';
import { readResult } from './fill.ts';
import { findPoms, mavenTexts } from './poms.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maven-poms-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, text = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

test('modules are found at any depth, and what was built or installed is left out', async () => {
  for (const path of ['pom.xml', 'core/pom.xml', 'apps/web/pom.xml', 'target/pom.xml', 'node_modules/a/pom.xml'])
    await put(path);
  expect(await findPoms(folder)).toEqual(['pom.xml', 'core/pom.xml', 'apps/web/pom.xml']);
});

test('links are not followed', async () => {
  await put('pom.xml');
  await symlink(folder, join(folder, 'again'));
  expect(await findPoms(folder)).toEqual(['pom.xml']);
});

test('more modules than any project has are refused in a sentence', async () => {
  for (let at = 0; at <= limits.packages.pomsMax; at += 1) await put(`m${at}/pom.xml`);
  await expect(findPoms(folder)).rejects.toThrow(/Expected at most 300 pom.xml files below .*found more/);
});

test('what decides are the poms and the files of .mvn beside them', async () => {
  await put('pom.xml');
  await put('core/pom.xml');
  await put('.mvn/maven.config', '-Drevision=1');
  expect((await mavenTexts(folder)).map(([path]) => path)).toEqual(['pom.xml', 'core/pom.xml', '.mvn/maven.config']);
});

test('a folder without a pom.xml of its own decides nothing', async () => {
  await put('core/pom.xml');
  expect(await mavenTexts(folder)).toEqual([]);
});

test('a change in a module is another set of packages', async () => {
  const marker = () => filledMarker({ folder, packagesDir: '/packages', mirrorUrl: 'http://mirror.test' });
  await put('pom.xml');
  await put('core/pom.xml', 'one');
  const before = await marker();
  expect(await marker()).toBe(before);
  await put('core/pom.xml', 'two');
  expect(await marker()).not.toBe(before);
});

test('what the program printed is told apart', () => {
  expect(readResult('file\ta/b/1/b-1.jar\nWARN noise\nmissing\tx:pom.xml: a thing\n')).toEqual({
    files: ['a/b/1/b-1.jar'],
    missing: ['x:pom.xml: a thing'],
  });
});
