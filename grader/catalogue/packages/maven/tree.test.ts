import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareMavenVersions, completeTree, goalPrefix, parseArtifactPath } from './tree.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'maven-tree-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function put(...paths: string[]): Promise<string[]> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  return paths;
}

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

test('a path says what lies there', () => {
  expect(parseArtifactPath('com/example/a/lib/1.0/lib-1.0.jar')).toEqual({
    group: 'com.example.a',
    artifact: 'lib',
    version: '1.0',
    file: 'lib-1.0.jar',
  });
  expect(parseArtifactPath('lib/1.0/lib-1.0.jar')).toBeUndefined();
});

describe('a completed tree', () => {
  test('has a checksum beside each file', async () => {
    await completeTree(root, await put('a/lib/1.0/lib-1.0.jar'));
    // printf a/lib/1.0/lib-1.0.jar | sha1sum
    expect(await read('a/lib/1.0/lib-1.0.jar.sha1')).toBe('289caf482d3177daadec62f43260431f89a08737');
  });

  test('lists the versions whose files are there, not those of which only a pom was read', async () => {
    const files = await put('a/lib/1.9/lib-1.9.jar', 'a/lib/1.9/lib-1.9.pom', 'a/lib/1.10/lib-1.10.jar');
    await put('a/lib/1.10/lib-1.10.pom', 'a/lib/2.0/lib-2.0.pom', 'a/lib/1.11-rc1/lib-1.11-rc1.jar');
    await put('a/lib/1.11-rc1/lib-1.11-rc1.pom');
    await completeTree(root, files);
    const metadata = await read('a/lib/maven-metadata.xml');
    expect([...metadata.matchAll(/<version>(.*?)</g)].map((one) => one[1])).toEqual(['1.9', '1.10', '1.11-rc1']);
    expect(metadata).toContain('<release>1.10</release>');
    expect(metadata).toContain('<groupId>a</groupId>');
  });

  test('lists parents, which have nothing but a pom', async () => {
    await completeTree(root, await put('a/parent/3/parent-3.pom'));
    expect(await read('a/parent/maven-metadata.xml')).toContain('<version>3</version>');
  });

  test('tells which plugin a short name means', async () => {
    const files = await put('org/p/maven-jar-plugin/3.4/maven-jar-plugin-3.4.jar', 'org/p/lib/1/lib-1.jar');
    await completeTree(root, files);
    const metadata = await read('org/p/maven-metadata.xml');
    expect(metadata).toContain('<prefix>jar</prefix><artifactId>maven-jar-plugin</artifactId>');
    expect(metadata).not.toContain('>lib<');
  });

  test('loses no version when twenty are added at once', async () => {
    const files = await put(...Array.from({ length: 20 }, (_, at) => `a/lib/1.${at}/lib-1.${at}.jar`));
    await put(...files.map((file) => file.replace(/jar$/, 'pom')));
    await Promise.all(files.map((file) => completeTree(root, [file])));
    expect([...(await read('a/lib/maven-metadata.xml')).matchAll(/<version>/g)]).toHaveLength(20);
  });
});

test.each([
  ['maven-jar-plugin', 'jar'],
  ['spring-boot-maven-plugin', 'spring-boot'],
  ['maven-plugin-plugin', 'plugin'],
  ['maven-plugins', undefined],
  ['gson', undefined],
])('the goals of %s are called by %s', (artifact, prefix) => {
  expect(goalPrefix(artifact)).toBe(prefix);
});

test('versions are ordered by number, and previews come before their release', () => {
  const sorted = ['2.0', '1.10', '1.9', '2.0-rc1', '2.0-alpha-1'].sort(compareMavenVersions);
  expect(sorted).toEqual(['1.9', '1.10', '2.0-alpha-1', '2.0-rc1', '2.0']);
});
