/**
 * `catalogue export FILE`: everything that a machine without a network needs beside the checkout, in one file.
 *
 * Absent on purpose: the sandbox CA (its private key stays here) and with it all that was built to trust it, the
 * installation's own data (submissions, keys), and the checkout itself, which travels by git.
 */
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists, workFolder } from '../catalogue/made-once.ts';
import { filledMarker } from '../catalogue/packages/fill-packages.ts';
import { runCommand } from '../catalogue/run-command.ts';
import { inputNames, inputPath, inputSets } from '../catalogue/stand-in/input-sets.ts';
import { prepareInputs } from '../catalogue/stand-in/inputs.ts';

import { formatSize } from '../checks/format-size.ts';
import { ensureRootfs } from '../engine/host/rootfs.ts';
import { StagecraftError } from '../errors.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { type BundleManifest, type BundlePart, bundleKind, formatVersion, thisPlatform } from './bundle-file.mjs';
import { debianRelease, downloadHostPackages, packagesFor } from './host-packages.ts';
import { type PartSource, packPart, partSources } from './parts.ts';
import { mirrorUrl, type Places, placesIn, recipesHere } from './recipes.ts';
import { runTimeModules } from './run-time-modules.ts';
import { writeBundle } from './write-bundle.ts';

export interface ExportRequest {
  file: string;
  settings: Settings;
  progress: ProgressSink;
  signal: AbortSignal;
}

export interface Exported {
  file: string;
  sizeBytes: number;
  /** Of the whole file. */
  sha256: string;
  manifest: BundleManifest;
}

/**
 * Makes what is missing of the engine's root file system, the downloads and Debian packages; packages of exercises have
 * to be there. The site is expected to be built.
 * @throws StagecraftError `bad_input` with what to do first
 */
export async function exportBundle(request: ExportRequest): Promise<Exported> {
  const file = resolve(request.file);
  await checkTarget(file);
  const sources = await prepareParts(request);
  const staging = await workFolder(dirname(file), 'export');
  try {
    const fileOf = (name: string) => join(staging, name);
    const parts: BundlePart[] = [];
    for (const source of sources) parts.push(await packOne(source, { ...request, file: fileOf(source.name) }));
    const manifest = await manifestOf(request.settings, parts);
    const whole = join(staging, 'bundle');
    const task = { id: 'bundle', title: 'writing the file' };
    request.progress({ ...task, state: 'running' });
    const written = await writeBundle(
      { manifest, fileOf },
      { file: whole, signal: request.signal, onBytes: meter(request.progress, task) },
    );
    await rename(whole, file);
    request.progress({ ...task, state: 'ready', detail: formatSize(written.sizeBytes) });
    return { file, ...written, manifest };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function checkTarget(file: string): Promise<void> {
  if (await exists(file)) {
    throw new StagecraftError(
      'bad_input',
      `Expected a file to make; ${file} is there already. Remove it or name another.`,
    );
  }
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() === true) return;
  throw new StagecraftError('bad_input', `Expected a folder to write to; there is no ${dirname(file)}. Make it first.`);
}

async function prepareParts({ settings, progress, signal }: ExportRequest): Promise<PartSource[]> {
  const { cacheDir } = settings;
  const places = placesIn(settings);
  const modules = await runTimeModules(settings.projectDir, recipesHere().npm);
  await checkPackages(settings, places);
  await ensureRootfs({ cacheDir, progress, signal });
  const sets = inputSets();
  await prepareInputs({ sets, names: [...inputNames], catalogueDir: places.catalogue, progress, signal });
  const release = debianRelease();
  const task = { id: 'host-packages', title: 'Debian packages for the machine' };
  progress({ ...task, state: 'running' });
  const packages = packagesFor(cacheDir);
  const hostRepository =
    release === undefined ? undefined : await downloadHostPackages({ release, packages, hostDir: places.host, signal });
  progress({ ...task, state: 'ready', ...(release === undefined && { detail: 'none, as this is no Debian' }) });
  const inputs = inputNames.map((name) => inputPath(name, sets[name]));
  return partSources({ settings, places, modules, inputs, hostRepository });
}

/** @throws StagecraftError `bad_input` naming exercises whose packages were never filled */
async function checkPackages(settings: Settings, places: Places): Promise<void> {
  const lacking: string[] = [];
  for (const exercise of (await ExerciseLibrary.open(settings.contentDir)).all()) {
    const markers = exercise.packages.map((folder) =>
      filledMarker({ folder, packagesDir: places.packages, mirrorUrl }),
    );
    const there = await Promise.all((await Promise.all(markers)).map(exists));
    if (!there.every(Boolean)) lacking.push(exercise.slug);
  }
  if (lacking.length === 0) return;
  throw new StagecraftError(
    'bad_input',
    `Expected the packages of every exercise in ${places.packages}; those of ${lacking.join(', ')} are not there. Run npx stagecraft catalogue build, and export again.`,
  );
}

async function packOne(source: PartSource, target: ExportRequest): Promise<BundlePart> {
  const { file, progress, signal } = target;
  const task = { id: `part ${source.name}`, title: source.title };
  progress({ ...task, state: 'running' });
  const part = await packPart(source, { file, signal, onBytes: meter(progress, task) });
  const detail = `${formatSize(part.unpackedBytes)}, packed ${formatSize(part.sizeBytes)}`;
  progress({ ...task, state: 'ready', detail });
  return part;
}

/** Adds up bytes and tells, not more often than is worth it. */
export function meter(progress: ProgressSink, task: { id: string; title: string }): (bytes: number) => void {
  const stepBytes = 8 * 1024 ** 2;
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    if (done - told < stepBytes) return;
    told = done;
    progress({ ...task, state: 'running', detail: formatSize(done) });
  };
}

async function manifestOf(settings: Settings, parts: BundlePart[]): Promise<BundleManifest> {
  const { version } = JSON.parse(await readFile(join(settings.projectDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  // A checkout without git is as good; its commit is only for people.
  const head = await runCommand(['git', '-C', settings.projectDir, 'rev-parse', 'HEAD']).catch(() => undefined);
  return {
    kind: bundleKind,
    format: formatVersion,
    project: { version, commit: head?.exitCode === 0 ? head.stdout.trim() : null },
    made: new Date().toISOString(),
    platform: thisPlatform(),
    debian: debianRelease() ?? null,
    hostPackages: packagesFor(settings.cacheDir),
    recipes: recipesHere(),
    parts,
  };
}
