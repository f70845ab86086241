/** For the catalogue's engine tests: a filled catalogue in the test engine, a slot to build in, and the fixtures' packages. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Slot } from '../engine/engine.ts';
import { buildInSlot, type TestBuild, testEngine } from '../engine/testing.ts';
import { StagecraftError } from '../errors.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import type { Catalogue } from './catalogue.ts';
import { openCatalogue } from './open-catalogue.ts';
import { openPackages } from './packages/fill-packages.ts';

export const fixtures = join(import.meta.dirname, 'fixtures');

export interface TestCatalogue {
  engine: Engine;
  catalogue: Catalogue;
  cacheDir: string;
  slot: Slot;
  /** Never from BuildKit's cache: what a step prints is looked at. */
  build(dockerfile: string, files?: Record<string, string>): Promise<TestBuild>;
  /** Runs an image to its end and returns what it printed. */
  printedBy(image: string): Promise<string>;
}

/** Fills the whole catalogue (minutes when the cache is empty) and the fixtures' packages; `slot.release()` ends it. */
export async function openTestCatalogue(): Promise<TestCatalogue> {
  const { cacheDir } = readSettings();
  const engine = await testEngine();
  const options = { engine, cacheDir, progress: silentProgress };
  const catalogue = await openCatalogue(options);
  await catalogue.fill({ first: [] });
  const fill = openPackages({ ...options, catalogue });
  for (const label of ['npm-app', 'go-app', 'python-app']) {
    const { missing } = await fill({ folder: join(fixtures, label), label });
    if (missing.length > 0) throw new StagecraftError('not_ready', missing.join(' '));
  }
  const slot = await engine.acquireSlot();
  return {
    ...{ engine, catalogue, cacheDir, slot },
    build: (dockerfile, files = {}) =>
      buildInSlot(engine, slot.cgroupParent, { dockerfile, files, args: ['--no-cache'] }),
    printedBy: (image) => printedBy(image, { engine, slot }),
  };
}

async function printedBy(image: string, { engine, slot }: { engine: Engine; slot: Slot }): Promise<string> {
  const container = await engine.docker.createContainer({
    Image: image,
    HostConfig: { NetworkMode: 'none', CgroupParent: slot.cgroupParent },
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString();
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Files of a folder below `fixtures/`, to be sent as a build context. */
export async function fixtureFiles(fixture: string, names: string[]): Promise<Record<string, string>> {
  const texts = await Promise.all(names.map((name) => readFile(join(fixtures, fixture, name), 'utf8')));
  return Object.fromEntries(names.map((name, at) => [name, texts[at] as string]));
}
