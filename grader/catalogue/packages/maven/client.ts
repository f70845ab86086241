/**
 * What filling for Maven runs on: the libraries of the catalogue's own Maven, because which plugins a pom means without
 * naming a version differs from one Maven to the next, and the host's JDK with our program compiled by it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Catalogue, CatalogueOptions } from '../../catalogue.ts';
import { ensureHostPackages, type HostProgram } from '../../host-packages.ts';
import { madeOnce } from '../../made-once.ts';
import { runOrThrow } from '../../run-command.ts';
import { copyFromImage } from '../copy-from-image.ts';

export const mavenImage = 'maven:3.9-eclipse-temurin-21';
const programFolder = join(import.meta.dirname, 'program');
const javaRelease = '17';

/** The name means Debian's current JDK, 17 or newer since bookworm. */
const javaCompiler: HostProgram = {
  probe: ['javac', '--release', javaRelease, '-version'],
  packages: ['default-jdk-headless'],
};

export interface MavenClient {
  /** For `java -cp`. */
  classPath: string;
}

export type MavenSource = Pick<CatalogueOptions, 'engine' | 'cacheDir' | 'progress'> & { catalogue: Catalogue };

/** @throws StagecraftError `not_ready` without the image, `host_lacks` when there is no JDK and none can be installed */
export async function findMaven(source: MavenSource, signal: AbortSignal | undefined): Promise<MavenClient> {
  await ensureHostPackages({ programs: [javaCompiler], progress: source.progress, signal });
  const home = await mavenFromImage(source, signal);
  return await compileProgram({ home, cacheDir: source.cacheDir, signal });
}

/**
 * Copies Maven out of the catalogue's image, once per image.
 * @returns its folder, with `lib/` and `boot/`
 */
export async function mavenFromImage(source: MavenSource, signal: AbortSignal | undefined): Promise<string> {
  const { catalogue, cacheDir } = source;
  const { docker } = source.engine;
  await catalogue.ready([mavenImage], signal);
  const { Id: imageId } = await docker.getImage(mavenImage).inspect();
  const folder = join(cacheDir, 'catalogue', 'maven', imageId.replace('sha256:', '').slice(0, 16));
  await madeOnce(folder, async (temporary) => {
    await copyFromImage(docker, {
      what: 'Maven',
      image: mavenImage,
      folders: ['/usr/share/maven'],
      // Where Debian keeps the files that its Maven links to; the official image has no such folder.
      ifThere: ['/usr/share/java'],
      into: temporary,
      signal,
    });
  });
  return join(folder, 'maven');
}

/** Compiles the program beside this file against one Maven, once per Maven and program. */
export async function compileProgram(of: {
  /** A folder with `lib/` and `boot/`. */
  home: string;
  cacheDir: string;
  signal?: AbortSignal | undefined;
}): Promise<MavenClient> {
  const jars = [...(await jarsOf(join(of.home, 'boot'))), ...(await jarsOf(join(of.home, 'lib')))];
  const names = (await readdir(programFolder)).filter((name) => name.endsWith('.java')).sort();
  const sources = names.map((name) => join(programFolder, name));
  const key = createHash('sha256').update(JSON.stringify([jars, javaRelease]));
  for (const source of sources) key.update(await readFile(source));
  const classes = join(of.cacheDir, 'catalogue', 'maven-program', key.digest('hex').slice(0, 16));
  await madeOnce(classes, async (temporary) => {
    const options = ['--release', javaRelease, '-proc:none', '-nowarn', '-d', temporary, '-cp', jars.join(':')];
    await runOrThrow(['javac', ...options, ...sources], {
      doing: 'Compiling the program that asks Maven',
      signal: of.signal,
    });
  });
  return { classPath: [classes, ...jars].join(':') };
}

/** Links are followed by hand: in an image they may be absolute, and the image's folders lie elsewhere here. */
async function jarsOf(folder: string): Promise<string[]> {
  const jars: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith('.jar')) continue;
    const target = await readlink(join(folder, name)).catch(() => undefined);
    const file =
      target === undefined
        ? join(folder, name)
        : await firstThere([resolve(folder, target), resolve(folder, '../../java', basename(target))]);
    if (file !== undefined) jars.push(file);
  }
  return jars;
}

async function firstThere(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile()) return file;
  }
  return undefined;
}
