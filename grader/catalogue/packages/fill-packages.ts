/**
 * Fills the package mirror with what lock files name. Absent on purpose: addresses of registries. Each ecosystem's own
 * client downloads, so an operator's registry, proxy and certificates hold here as they do everywhere else.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled, sentenceFor } from '../../errors.ts';
import type { Catalogue, CatalogueOptions, FillPackages, PackageFill, PackageRequest } from '../catalogue.ts';
import { exists } from '../made-once.ts';
import { fillCargo } from './cargo-fill.ts';
import { findCargo } from './cargo-toolchain.ts';
import { fillGo } from './go-fill.ts';
import { findGo } from './go-toolchain.ts';
import { findMaven } from './maven/client.ts';
import { fillMaven } from './maven/fill.ts';
import { mavenTexts } from './maven/poms.ts';
import { fillNpm } from './npm-fill.ts';
import { privateTree } from './private-packages.ts';
import { findPython } from './python/client.ts';
import { fillPython } from './python/fill.ts';
import { readWanted } from './python/wanted.ts';
import { writeWhole } from './write-whole.ts';

/** Raised when the tree's layout changes, so that everything is filled again. */
const revision = 1;
const lockNames = ['package-lock.json', 'npm-shrinkwrap.json', 'go.mod', 'go.sum', 'package.json', 'Cargo.lock'];

/** A `FillPackages` for this engine's mirror. Where the host has no Go, the catalogue's is used once it is ready. */
export function openPackages(options: CatalogueOptions & { catalogue: Catalogue }): FillPackages {
  const { engine, cacheDir } = options;
  const mirrorUrl = `http://${engine.network.buildGateway}:${engine.network.mirrorPort}`;
  const packagesDir = join(cacheDir, 'packages');
  const running = new Map<string, Promise<PackageFill>>();

  return async (request, signal) => {
    const marker = await filledMarker({ folder: request.folder, packagesDir, mirrorUrl });
    if (await exists(marker)) {
      await engine.publishPackages(signal);
      return { missing: [] };
    }
    // The same lock file for two exercises is downloaded once; the second waits for the first.
    const before = running.get(marker);
    if (before !== undefined) return await before;
    const filling = fillOne({ ...options, mirrorUrl, packagesDir }, { request, signal, marker });
    running.set(marker, filling);
    try {
      return await filling;
    } finally {
      running.delete(marker);
    }
  };
}

/** The file that says that everything which a folder's lock files name is in the mirror's tree. */
export async function filledMarker(of: { folder: string; packagesDir: string; mirrorUrl: string }): Promise<string> {
  const texts = await Promise.all(
    lockNames.map((name) => readFile(join(of.folder, name), 'utf8').catch(() => undefined)),
  );
  // What Python's files want, as one of them may lead to others: their texts alone do not say.
  const python = await readWanted(of.folder, '');
  const maven = await mavenTexts(of.folder);
  const key = createHash('sha256')
    .update(JSON.stringify([revision, of.mirrorUrl, process.arch, texts, python, maven]))
    .digest('hex')
    .slice(0, 24);
  return join(of.packagesDir, '.filled', key);
}

interface Filler extends CatalogueOptions {
  catalogue: Catalogue;
  mirrorUrl: string;
  packagesDir: string;
}

async function fillOne(
  filler: Filler,
  job: { request: PackageRequest; signal: AbortSignal | undefined; marker: string },
): Promise<PackageFill> {
  const { request, signal, marker } = job;
  const task = { id: `packages ${request.label}`, title: `packages of ${request.label}` };
  filler.progress({ ...task, state: 'running' });
  try {
    const missing: string[] = [];
    const parts = [npmPart, goPart, cargoPart, pythonPart, mavenPart];
    for (const part of parts) missing.push(...(await part(filler, request, signal)));
    await filler.engine.publishPackages(signal);
    if (missing.length === 0) await writeWhole(marker, '');
    filler.progress({
      ...task,
      state: missing.length === 0 ? 'ready' : 'failed',
      ...(missing[0] && { detail: missing[0] }),
    });
    return { missing };
  } catch (error) {
    const sentence = `${request.label}: ${sentenceFor(error)}`;
    filler.progress({ ...task, state: 'failed', detail: sentence });
    if (isCancelled(error)) throw error;
    return { missing: [sentence] };
  }
}

async function npmPart(filler: Filler, request: PackageRequest, signal: AbortSignal | undefined): Promise<string[]> {
  const { packagesDir, mirrorUrl } = filler;
  const { folder, label } = request;
  for (const name of ['npm-shrinkwrap.json', 'package-lock.json']) {
    const lockFile = join(folder, name);
    if (!(await exists(lockFile))) continue;
    const { url: privateUrl } = privateTree({ packagesDir, mirrorUrl });
    const tree = { root: join(packagesDir, 'npm'), url: `${mirrorUrl}/npm` };
    return await fillNpm({
      lockFile,
      label: `${label}/${name}`,
      tree,
      privateUrl,
      scratchRoot: scratchRoot(filler),
      signal,
    });
  }
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  if (!/"(dev|optional|peer)?dependencies"\s*:\s*\{\s*"/i.test(manifest)) return [];
  return [
    `${label}/package.json has dependencies, but there is no package-lock.json beside it. Make one with npm install --package-lock-only.`,
  ];
}

async function goPart(filler: Filler, request: PackageRequest, signal: AbortSignal | undefined): Promise<string[]> {
  const { folder, label } = request;
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => '');
  if (!/^\s*require\b/m.test(goMod)) return [];
  const go = await findGo(filler, signal);
  const treeRoot = join(filler.packagesDir, 'go');
  return await fillGo({ folder, label: `${label}/go.mod`, treeRoot, scratchRoot: scratchRoot(filler), go, signal });
}

async function cargoPart(filler: Filler, request: PackageRequest, signal: AbortSignal | undefined): Promise<string[]> {
  const { folder, label } = request;
  if (!(await exists(join(folder, 'Cargo.lock')))) return [];
  const tree = { root: join(filler.packagesDir, 'crates'), url: `${filler.mirrorUrl}/crates` };
  const cargo = () => findCargo(filler, signal);
  return await fillCargo({
    ...{ folder, label: `${label}/Cargo.lock`, tree, scratchRoot: scratchRoot(filler), cargo, signal },
  });
}

async function pythonPart(filler: Filler, request: PackageRequest, signal: AbortSignal | undefined): Promise<string[]> {
  const { folder, label } = request;
  const treeRoot = join(filler.packagesDir, 'pypi');
  const python = async () => await findPython(filler, signal);
  return await fillPython({ folder, label, treeRoot, scratchRoot: scratchRoot(filler), python, signal });
}

async function mavenPart(filler: Filler, request: PackageRequest, signal: AbortSignal | undefined): Promise<string[]> {
  const { folder, label } = request;
  if (!(await exists(join(folder, 'pom.xml')))) return [];
  const treeRoot = join(filler.packagesDir, 'maven');
  const client = async () => await findMaven(filler, signal);
  return await fillMaven({ folder, label, treeRoot, client, signal });
}

/** On the same file system as the tree, so that files can be moved into it. */
function scratchRoot(filler: Filler): string {
  return join(filler.packagesDir, '.scratch');
}
