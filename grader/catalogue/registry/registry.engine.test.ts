/** Official images from a registry on loopback into the sandbox engine, and the stand-ins that take their place. */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { buildInSlot, testEngine } from '../../engine/testing.ts';
import type { ProgressTask } from '../../progress.ts';
import { readSettings } from '../../settings.ts';
import type { Catalogue, CatalogueImage } from '../catalogue.ts';
import { toolboxImage } from '../entries.ts';
import { ensureHostPackages, registryPrograms } from '../host-packages.ts';
import { openCatalogue } from '../open-catalogue.ts';
import { blobStore, forgetImage, layoutOf } from './blobs.ts';
import { type LockedImage, type Pin, platformOf } from './lock.ts';
import {
  type FaultyRegistry,
  impatientTiming,
  isFor,
  type Layers,
  pushImage,
  startFaultyRegistry,
  startRegistry,
  type TestRegistry,
  testTiming,
} from './testing.ts';

const { cacheDir, environment } = readSettings();
const platform = platformOf() ?? 'linux/amd64';
const otherArchitecture = platform === 'linux/amd64' ? 'arm64' : 'amd64';
const names = ['busybox:1.36', 'alpine:3.19'] as const;
let engine: Engine;
let registry: TestRegistry;
let faulty: FaultyRegistry;
let work: string;
let busybox: Pin;
let alpine: Pin;

/** An "official" image: static BusyBox, and what a distribution's image has of package managers. */
function layersWith(shell: Buffer, files: Record<string, string>): Layers {
  return [{ 'bin/busybox': shell, 'bin/sh': shell, 'bin/cat': shell, 'bin/env': shell, 'bin/ls': shell }, files];
}

const distribution = {
  'usr/local/bin/npm': '',
  'usr/local/etc/npmrc': 'colour=blue\n',
  'usr/local/go/go.env': 'GOPROXY=elsewhere,direct\nGOSUMDB=elsewhere\nGOTOOLCHAIN=auto\n',
  'etc/alpine-release': '3.19.9\n',
  'sbin/apk': 'the real one',
  'usr/bin/apt-get': '',
  'etc/apt/sources.list.d/debian.sources': 'Types: deb\n',
  'etc/os-release': 'NAME=Some\nVERSION_CODENAME=trixie\n',
  'usr/local/bin/python3': '',
  'opt/java/openjdk/bin/javac': '',
  'usr/local/cargo/bin/cargo': '',
};

beforeAll(async () => {
  engine = await testEngine();
  await ensureHostPackages({ programs: registryPrograms, progress: () => {} });
  await useStandIns();
  registry = await startRegistry({ cacheDir });
  faulty = await startFaultyRegistry(registry);
  const shell = await staticBusybox();
  const push = async (name: string, files: Record<string, string>) =>
    (await pushImage(registry, { repository: name, tag: '1', layers: layersWith(shell, files) })).pin;
  busybox = await push('hub/busybox', { 'etc/official': 'busybox\n' });
  alpine = await push('hub/alpine', distribution);
}, 600_000);

afterAll(async () => {
  await faulty?.close();
  await registry?.close();
  // What the other test files of this engine expect, and nothing of ours in the cache.
  await useStandIns();
  const store = blobStore(join(cacheDir, 'catalogue', 'registry'));
  for (const { digest } of [busybox, alpine]) await forgetImage(store, layoutOf(store, digest));
}, 300_000);

async function useStandIns(): Promise<void> {
  const catalogue = await openCatalogue({ engine, cacheDir, progress: () => {} });
  await catalogue.fill({ first: [...names], only: true });
  await catalogue.ready([...names]);
}

/** Out of the toolbox that the catalogue keeps in every engine. */
async function staticBusybox(): Promise<Buffer> {
  const container = await engine.docker.createContainer({ Image: toolboxImage, Cmd: ['true'] });
  try {
    const tar = (await container.getArchive({ path: '/bin/busybox' })) as Readable;
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const size = Number.parseInt(bytes.subarray(124, 136).toString(), 8);
    return bytes.subarray(512, 512 + size);
  } finally {
    await container.remove({ force: true });
  }
}

interface Filled {
  catalogue: Catalogue;
  tasks: ProgressTask[];
  image(name: string): CatalogueImage;
}

/** A catalogue whose lock file pins these images at the registry behind `faulty`, filled with both names. */
async function fillWith(pins: Record<string, Pin>, timing = testTiming): Promise<Filled> {
  const lockFile = join(work, 'catalogue-lock.json');
  const images: LockedImage[] = Object.entries(pins).map(([reference, pin]) => {
    const [name, tag] = reference.split(':') as [string, string];
    return { name, tag, from: `${faulty.host}/hub/${name}`, platforms: { [platform]: pin } };
  });
  await writeFile(lockFile, JSON.stringify({ version: 1, images }));
  const tasks: ProgressTask[] = [];
  const folders = { dockerConfigDir: join(work, 'docker'), dockerEtcDir: join(work, 'etc-docker') };
  const options = { lockFile, ...folders, environment, timing };
  const progress = (task: ProgressTask): void => void tasks.push(task);
  const catalogue = await openCatalogue({ engine, cacheDir, progress, registry: options });
  await catalogue.fill({ first: [...names], only: true });
  const image = (name: string): CatalogueImage =>
    catalogue.images().find(({ entry }) => entry.name === name) as CatalogueImage;
  return { catalogue, tasks, image };
}

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'sc-registry-test-'));
  faulty.misbehave(undefined);
  faulty.requests.length = 0;
  return async () => await rm(work, { recursive: true, force: true });
});

async function printedBy(image: string, command: string): Promise<string> {
  const slot = await engine.acquireSlot();
  try {
    const dockerfile = `FROM ${image}\nRUN echo ==; ${command}; echo ==`;
    const built = await buildInSlot(engine, slot.cgroupParent, { dockerfile, args: ['--no-cache', '--network=none'] });
    expect(built.ok, built.output).toBe(true);
    const lines = [...built.output.matchAll(/^#\d+ \d+\.\d+ (.*)$/gm)].map((match) => match[1] as string);
    return lines.slice(lines.indexOf('==') + 1, lines.lastIndexOf('==')).join('\n');
  } finally {
    await slot.release();
  }
}

describe('a pinned image', () => {
  test('is the official one under all its names, with a label that says from where', async () => {
    const { catalogue, image, tasks } = await fillWith({ 'busybox:1.36': busybox });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
    expect(image('busybox:1.36').fallback).toBeUndefined();
    const { Config, Id } = await engine.docker.getImage('busybox:1.36').inspect();
    expect(Config.Labels).toMatchObject({
      'org.stagecraft.catalogue.source': 'registry',
      'org.stagecraft.catalogue.digest': busybox.digest,
      'org.stagecraft.catalogue.from': `busybox:1.36@${busybox.digest}`,
    });
    expect((await engine.docker.getImage('busybox:latest').inspect()).Id).toBe(Id);
    expect(await printedBy('busybox:1.36', 'cat /etc/official')).toBe('busybox');
    expect(tasks.at(-1)).toMatchObject({ state: 'ready' });
    const listed = await engine.docker.listImages({ filters: { reference: ['stagecraft/official'] } });
    expect(listed).toEqual([]);
    // The other is a stand-in, and so is what a verdict says that used both.
    expect(image('alpine:3.19')).toMatchObject({ state: 'ready', source: 'stand-in' });
    expect(catalogue.sourceOf(['busybox:latest'])).toBe('registry');
    expect(catalogue.sourceOf(['busybox:1.36', 'alpine'])).toBe('stand-in');
    expect(catalogue.source).toBe('stand-in');
  });

  test('has its package managers pointed at the mirror, in one layer on top', async () => {
    const { image } = await fillWith({ 'alpine:3.19': alpine });
    expect(image('alpine:3.19')).toMatchObject({ state: 'ready', source: 'registry' });
    const mirror = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
    const read = async (path: string) => await printedBy('alpine:3.19', `cat ${path}`);
    expect(await read('/usr/local/etc/npmrc')).toContain(`registry=${mirror}/npm/`);
    expect(await read('/usr/local/go/go.env')).toBe(`GOPROXY=${mirror}/go\nGOSUMDB=off\nGOTOOLCHAIN=local`);
    expect(await read('/etc/apt/sources.list')).toBe(`deb [trusted=yes] ${mirror}/apt-trixie /`);
    expect(await read('/etc/apt/sources.list.d/debian.sources')).not.toContain('Types: deb');
    expect(await read('/etc/pip.conf')).toContain(`index-url = ${mirror}/pypi/simple/`);
    expect(await read('/etc/uv/uv.toml')).toContain(`url = "${mirror}/pypi/simple/"`);
    expect(await read('/root/.m2/settings.xml')).toContain(`<url>${mirror}/maven</url>`);
    expect(await read('/usr/local/cargo/config.toml')).toContain(`registry = "sparse+${mirror}/crates/"`);
    expect(await read('/sbin/apk')).toContain(`mirror=${mirror}/apk`);
    expect(await read('/usr/local/share/ca-certificates/stagecraft-sandbox.crt')).toContain('BEGIN CERTIFICATE');
    const { RootFS } = await engine.docker.getImage('alpine:3.19').inspect();
    expect(RootFS.Layers).toHaveLength(3);
  });

  test('is there at once the next time, without a word to the registry', async () => {
    await fillWith({ 'busybox:1.36': busybox });
    faulty.requests.length = 0;
    const { image } = await fillWith({ 'busybox:1.36': busybox });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
    expect(faulty.requests).toEqual([]);
  });

  test('comes out of the cache when the registry is gone', async () => {
    await fillWith({ 'busybox:1.36': busybox });
    await useStandIns();
    faulty.misbehave((_, response) => {
      response.destroy();
      return true;
    });
    const { image } = await fillWith({ 'busybox:1.36': busybox });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
  });

  test('is fetched again when its copy on this disk was damaged', async () => {
    await fillWith({ 'busybox:1.36': busybox });
    await useStandIns();
    const blobs = join(cacheDir, 'catalogue', 'registry', 'blobs', 'sha256');
    const layout = join(cacheDir, 'catalogue', 'registry', 'layouts', busybox.digest.slice(7));
    const manifest = JSON.parse(await readFile(join(blobs, busybox.digest.slice(7)), 'utf8'));
    const layer = join(blobs, manifest.layers[0].digest.slice(7));
    const bytes = await readFile(layer);
    bytes.fill(0, 1000, 1100);
    await writeFile(layer, bytes);
    const { image } = await fillWith({ 'busybox:1.36': busybox });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
    // The same for one that is too short, which is seen before it is read.
    await useStandIns();
    await truncate(layer, 10);
    const again = await fillWith({ 'busybox:1.36': busybox });
    expect(again.image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
    expect(await readdir(layout)).toContain('index.json');
  });

  test('knows nothing of the proxy, the credentials and the registry of this machine', async () => {
    await fillWith({ 'busybox:1.36': busybox });
    const printed = await printedBy('busybox:1.36', 'env; cat /etc/resolv.conf; ls -a / /root /etc');
    expect(printed).toContain('PATH=');
    expect(printed).not.toMatch(/proxy|CERT|docker\/config/i);
    const inspected = await engine.docker.getImage('busybox:1.36').inspect();
    expect(JSON.stringify(inspected)).not.toContain(faulty.host);
  });
});

describe('the stand-in takes the place of a pinned image, and says why,', () => {
  const absent: Pin = { digest: `sha256:${'0'.repeat(64)}`, downloadBytes: 10 };

  test('when the registry has no such digest; the others come from it all the same', async () => {
    const { catalogue, image, tasks } = await fillWith({ 'busybox:1.36': absent, 'alpine:3.19': alpine });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'stand-in' });
    expect(image('busybox:1.36').fallback).toContain('catalogue update --write');
    expect(image('alpine:3.19')).toMatchObject({ state: 'ready', source: 'registry' });
    expect(catalogue.sourceOf(['busybox:1.36'])).toBe('stand-in');
    const told = tasks.findLast((task) => task.title === 'busybox:1.36');
    expect(told?.detail).toContain('A stand-in is used: The registry');
  });

  test('when the registry hangs, which is waited for once and not for each image', async () => {
    await useStandIns();
    await rm(join(cacheDir, 'catalogue', 'registry', 'layouts', busybox.digest.slice(7)), {
      recursive: true,
      force: true,
    });
    faulty.misbehave((request) => isFor('manifests', request));
    const { image } = await fillWith({ 'busybox:1.36': busybox, 'alpine:3.19': absent }, impatientTiming);
    for (const name of names) {
      expect(image(name)).toMatchObject({ state: 'ready', source: 'stand-in' });
      expect(image(name).fallback).toContain('said nothing for');
    }
  });

  test('when a fault of the registry stays; when it passes, the official image comes', async () => {
    let faults = Number.POSITIVE_INFINITY;
    faulty.misbehave((request, response) => {
      if (!isFor('manifests', request) || faults === 0) return false;
      faults -= 1;
      response.writeHead(503).end();
      return true;
    });
    const { image } = await fillWith({ 'busybox:1.36': busybox });
    expect(image('busybox:1.36').fallback).toContain('fault of its own');
    faults = 2;
    const later = await fillWith({ 'busybox:1.36': busybox });
    expect(later.image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'registry' });
  });

  test('when the pinned image is one for another processor', async () => {
    const layers: Layers = [{ a: 'a' }];
    const other = { repository: 'hub/busybox', tag: 'other', layers, architecture: otherArchitecture };
    const { pin } = await pushImage(registry, other);
    const { image } = await fillWith({ 'busybox:1.36': pin });
    expect(image('busybox:1.36')).toMatchObject({ state: 'ready', source: 'stand-in' });
    expect(image('busybox:1.36').fallback).toContain(`an image for linux/${otherArchitecture}`);
    const store = blobStore(join(cacheDir, 'catalogue', 'registry'));
    await forgetImage(store, layoutOf(store, pin.digest));
  });
});

test('a lock file that is not one is refused with the place in it', async () => {
  await expect(fillWith({ 'busybox:1.36': { digest: 'sha256:short', downloadBytes: 1 } })).rejects.toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining(`images.0.platforms.${platform}.digest`),
  });
});
