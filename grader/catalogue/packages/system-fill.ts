/**
 * Puts Debian packages into the mirror that the base images are not made of. The host's apt downloads them, as it did for
 * the images. Absent on purpose: other packages for `apk`, which has what its stage of the stand-ins makes.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { CatalogueOptions } from '../catalogue.ts';
import { findEntry } from '../entries.ts';
import { ensureHostPackages, standInPrograms } from '../host-packages.ts';
import { madeOnce } from '../made-once.ts';
import { downloadKnownPackages, findDebianArchive } from '../stand-in/debian-inputs.ts';
import { digest, inputSets } from '../stand-in/input-sets.ts';
import { canUseDebianHere, prepareInputs } from '../stand-in/inputs.ts';
import {
  type AptShelf,
  type DebianSuite,
  extraPackages,
  publishApt,
  publishedNames,
} from '../stand-in/system-packages.ts';
import type { SystemNames } from './apt-names.ts';

export interface SystemRequest extends SystemNames {
  /** The base images that they are installed on, which decide whose packages they are. */
  images: readonly string[];
  label: string;
  /** Names that somebody's own Dockerfile says: what there is not is told, and the build may fail for itself. */
  leaveUnknown?: boolean | undefined;
}

export type SystemFiller = Pick<CatalogueOptions, 'engine' | 'cacheDir' | 'progress'>;

/** @returns what there is not, one sentence each. @throws StagecraftError when a download fails */
export async function fillSystem(
  filler: SystemFiller,
  request: SystemRequest,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const missing: string[] = [];
  const suites = new Set(request.images.map((image) => findEntry(image)?.debian ?? 'bookworm'));
  for (const suite of request.apt.length > 0 ? suites : [])
    missing.push(...(await fillSuite(filler, { ...request, suite }, signal)));
  missing.push(...(await missingOfAlpine(filler, request)));
  if (request.apt.length > 0) await filler.engine.publishPackages(signal);
  if (request.leaveUnknown !== true) return missing;
  const title = `system packages of ${request.label}`;
  if (missing.length > 0) filler.progress({ id: title, title, state: 'failed', detail: missing.join(' ') });
  return [];
}

async function fillSuite(
  filler: SystemFiller,
  { suite, apt, label }: SystemRequest & { suite: DebianSuite },
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const packagesDir = join(filler.cacheDir, 'packages');
  const shelf = { packagesDir, catalogueDir: join(filler.cacheDir, 'catalogue'), sets: inputSets() };
  const lacking = await lackingOf(shelf, { suite, apt, filler, signal });
  if (lacking.length === 0) return [];
  if (!canUseDebianHere()) {
    return [
      `${label} installs ${lacking.join(', ')} with apt-get; the package mirror lacks that, and only Stagecraft as root on Debian can download it.`,
    ];
  }
  const { progress } = filler;
  await ensureHostPackages({ programs: standInPrograms, progress, signal });
  const archive = await findDebianArchive(signal);
  const folder = join(extraPackages(packagesDir, suite), digest([suite, process.arch, ...lacking]));
  await madeOnce(folder, async (path) => {
    await downloadKnownPackages({ suite, packages: lacking, sources: [] }, { archive, folder: path, signal });
  });
  await publishApt(shelf, suite);
  const published = await publishedNames(packagesDir, suite);
  return lacking
    .filter((name) => published?.has(name) !== true)
    .map((name) => `${label} installs ${name} with apt-get; Debian ${suite} has no package of that name.`);
}

/** Sorted; what is there without downloading anything for it is published first. */
async function lackingOf(
  shelf: AptShelf,
  of: { suite: DebianSuite; apt: string[]; filler: SystemFiller; signal: AbortSignal | undefined },
): Promise<string[]> {
  const { suite, filler, signal } = of;
  if (suite === 'bookworm' && (await publishedNames(shelf.packagesDir, suite)) === undefined) {
    const { progress, engine } = filler;
    await prepareInputs({ ...shelf, names: ['debian'], progress, signal, outside: engine.outside });
  }
  await publishApt(shelf, suite);
  const published = await publishedNames(shelf.packagesDir, suite);
  return [...new Set(of.apt)].filter((name) => published?.has(name) !== true).sort();
}

async function missingOfAlpine({ cacheDir }: SystemFiller, { apk, label }: SystemRequest): Promise<string[]> {
  if (apk.length === 0) return [];
  const names = await readFile(join(cacheDir, 'packages', 'apk', 'names'), 'utf8').catch(() => undefined);
  if (names === undefined)
    throw new StagecraftError(
      'not_ready',
      'The packages for apk are made with the base images; they are not there yet.',
      {
        retryable: true,
      },
    );
  const known = names.split('\n').filter(Boolean);
  return apk
    .filter((name) => !known.includes(name))
    .map((name) => `${label} installs ${name} with apk, which has ${known.join(', ')}. Use a Debian image for it.`);
}
