/**
 * `catalogue import FILE`: checks a bundle from its first byte to its last, unpacks it beside the cache, then renames
 * everything into place. Whatever is refused is refused before the first rename; a killed import leaves a folder
 * `.making-…` in the cache, which the next one removes.
 */
import { cp, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { exists, workFolder } from '../catalogue/made-once.ts';
import { formatSize } from '../checks/format-size.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import {
  type Bundle,
  type BundlePart,
  type BundleRecipes,
  BundleRefusal,
  checkFits,
  openBundle,
  thisPlatform,
  verifyBundle,
} from './bundle-file.mjs';
import { meter } from './export.ts';
import { debianRelease, hostRepository, installLocally, lackingHere } from './host-packages.ts';
import { mergePackages, mergeTree, placeInstead, placeWhole } from './place.ts';
import { mirrorUrl, type Places, placesIn, recipesHere } from './recipes.ts';
import { unpackPart } from './unpack.mjs';

export interface ImportRequest {
  file: string;
  settings: Pick<Settings, 'cacheDir' | 'siteDir'>;
  progress: ProgressSink;
  signal: AbortSignal;
  /** For tests: another machine's. */
  here?: { platform: string; recipes: BundleRecipes };
}

export interface Imported {
  made: string;
  commit: string | null;
  /** Debian packages that this machine lacked and that were installed. */
  installed: string[];
}

/** @throws StagecraftError `bad_input` when the file is refused, `disk_full`, `not_permitted`, `host_lacks` */
export async function importBundle(request: ImportRequest): Promise<Imported> {
  let bundle: Bundle | undefined;
  try {
    bundle = await openBundle(request.file);
    checkFits(bundle, request.here ?? { platform: thisPlatform(), recipes: recipesHere() });
    return await importOpened(bundle, request);
  } catch (error) {
    if (request.signal.aborted) throw new StagecraftError('cancelled', 'The import was stopped.', { cause: error });
    if (error instanceof BundleRefusal) throw new StagecraftError('bad_input', error.message, { cause: error });
    throw error;
  } finally {
    await bundle?.close();
  }
}

async function importOpened(bundle: Bundle, request: ImportRequest): Promise<Imported> {
  const { settings } = request;
  const places = placesIn(settings);
  const wanted = await wantedParts(bundle, places);
  const lacking = await checkMachine(bundle, { cacheDir: settings.cacheDir, engine: wanted.has('engine') });
  await checkRoom(bundle, { wanted, cacheDir: settings.cacheDir });
  await verify(bundle, request);
  const staging = await workFolder(settings.cacheDir, 'import');
  try {
    for (const name of wanted) await unpackOne(bundle, { name, into: join(staging, name), request });
    await placeAll(bundle, { staging, wanted, places });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  if (lacking.length > 0) await install(bundle, { lacking, places, request });
  const { made, project } = bundle.manifest;
  return { made, commit: project.commit, installed: lacking };
}

/** All but what is there: node_modules have been unpacked by the launcher, an engine of this recipe is as good. */
async function wantedParts({ manifest }: Bundle, places: Places): Promise<Set<string>> {
  const known = ['engine', 'catalogue', 'inputs', 'packages', 'site', 'host'];
  const names = manifest.parts.map((part) => part.name).filter((name) => known.includes(name));
  const wanted = new Set(names);
  if (await exists(join(places.engine, '.stagecraft-complete'))) wanted.delete('engine');
  return wanted;
}

/** @returns Debian packages that will have to be installed from the bundle */
async function checkMachine(
  { path, manifest }: Bundle,
  needs: { cacheDir: string; engine: boolean },
): Promise<string[]> {
  const lacking = await lackingHere(manifest.hostPackages, needs.cacheDir);
  if (process.getuid?.() !== 0 && (needs.engine || lacking.length > 0)) {
    throw new StagecraftError(
      'not_permitted',
      `Unpacking the sandbox engine keeps its owners and devices, which needs root; this process runs as user ${process.getuid?.()}. Import with sudo, as Stagecraft is started with.`,
    );
  }
  const release = debianRelease();
  if (lacking.length === 0 || (manifest.debian !== null && manifest.debian === release)) return lacking;
  throw new StagecraftError(
    'bad_input',
    `Expected a bundle with Debian packages for ${release ?? 'this system'}, as this machine lacks ${lacking.join(', ')}; ${path} has ${manifest.debian === null ? 'none' : `those of ${manifest.debian}`}. Install them, or export on a machine with the same Debian.`,
  );
}

async function checkRoom({ path, manifest }: Bundle, needs: { wanted: Set<string>; cacheDir: string }): Promise<void> {
  const wanted = manifest.parts.filter((part: BundlePart) => needs.wanted.has(part.name));
  const neededBytes = wanted.reduce((sum, part) => sum + part.unpackedBytes, limits.airGap.diskReserveBytes);
  const { bavail, bsize } = await statfs(await nearestFolder(needs.cacheDir));
  if (bavail * bsize >= neededBytes) return;
  throw new StagecraftError(
    'bad_input',
    `Expected ${formatSize(neededBytes)} of free disk for ${path}; the disk with ${needs.cacheDir} has ${formatSize(bavail * bsize)}. Free some space, or set STAGECRAFT_CACHE to a folder on a larger disk.`,
  );
}

/** The folder itself or the first above it that exists: it is not made before everything has been checked. */
async function nearestFolder(folder: string): Promise<string> {
  return (await exists(folder)) || dirname(folder) === folder ? folder : await nearestFolder(dirname(folder));
}

async function verify(bundle: Bundle, { progress, signal }: ImportRequest): Promise<void> {
  const task = { id: 'verify', title: 'checksums' };
  progress({ ...task, state: 'running' });
  const tell = meter(progress, task);
  let told = 0;
  const onProgress = (done: number) => {
    tell(done - told);
    told = done;
  };
  await verifyBundle(bundle, { onProgress, signal });
  progress({ ...task, state: 'ready', detail: formatSize(told) });
}

async function unpackOne(bundle: Bundle, work: { name: string; into: string; request: ImportRequest }): Promise<void> {
  const { name, into, request } = work;
  const { progress, signal } = request;
  const task = { id: `part ${name}`, title: `unpacking ${name}` };
  progress({ ...task, state: 'running' });
  const isZstd = bundle.manifest.parts.find((part) => part.name === name)?.path.endsWith('.zst');
  const decompress = isZstd ? createZstdDecompress() : new PassThrough();
  await unpackPart({
    bundle,
    name,
    into,
    decompress,
    isRoot: name === 'engine',
    onBytes: meter(progress, task),
    signal,
  });
  progress({ ...task, state: 'ready' });
}

async function placeAll(
  bundle: Bundle,
  { staging, wanted, places }: { staging: string; wanted: Set<string>; places: Places },
): Promise<void> {
  const staged = (name: string) => join(staging, name);
  if (wanted.has('engine')) await placeWhole(staged('engine'), places.engine);
  for (const name of ['catalogue', 'inputs']) if (wanted.has(name)) await mergeTree(staged(name), places.catalogue);
  if (wanted.has('packages')) await mergePackages(staged('packages'), places.packages, `${mirrorUrl}/npm`);
  const repository = repositoryOf(bundle, places);
  if (wanted.has('host') && repository !== undefined) await placeWhole(staged('host'), repository);
  if (wanted.has('site')) await placeSite(staged('site'), places.site);
}

function repositoryOf({ manifest }: Bundle, places: Places): string | undefined {
  const { debian, hostPackages } = manifest;
  return debian === null ? undefined : hostRepository(places.host, { release: debian, packages: hostPackages });
}

/** The checkout may lie on another disk than the cache. */
async function placeSite(staged: string, site: string): Promise<void> {
  const beside = `${site}.new`;
  await rm(beside, { recursive: true, force: true });
  await cp(staged, beside, { recursive: true });
  await placeInstead(beside, site);
}

async function install(
  bundle: Bundle,
  work: { lacking: string[]; places: Places; request: ImportRequest },
): Promise<void> {
  const { lacking, places, request } = work;
  const task = { id: 'host-packages', title: `Debian packages ${lacking.join(', ')}` };
  request.progress({ ...task, state: 'running' });
  const repository = repositoryOf(bundle, places);
  if (repository !== undefined) await installLocally({ repository, packages: lacking, signal: request.signal });
  request.progress({ ...task, state: 'ready' });
}
