/** The `cargo` command for filling: the host's, or the one of the catalogue's rust image. */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { Catalogue, CatalogueOptions } from '../catalogue.ts';
import { exists, forgetUnused, madeOnce } from '../made-once.ts';
import { runCommand } from '../run-command.ts';
import { copyFromImage } from './copy-from-image.ts';

const rustImage = 'rust:1.78-slim';
/** What only compiling and linking need. */
const leftOut = ['usr/share', 'usr/include', 'usr/sbin', 'usr/lib/gcc', '*.rlib', '*.a', '*.o'];

export type CargoSource = Pick<CatalogueOptions, 'engine' | 'cacheDir'> & { catalogue: Catalogue };

/** @throws StagecraftError `not_ready` when the host has no cargo and the image can't be made */
export async function findCargo(source: CargoSource, signal: AbortSignal | undefined): Promise<string[]> {
  const onHost = await runCommand(['cargo', '--version'], { signal }).catch((error: unknown) => {
    if (error instanceof StagecraftError && error.code === 'host_lacks') return undefined;
    throw error;
  });
  if (onHost?.exitCode === 0) return ['cargo'];
  return await cargoFromImage(source, signal);
}

/** Copies cargo and rustc with their libraries out of the rust image, once per image. */
export async function cargoFromImage(source: CargoSource, signal: AbortSignal | undefined): Promise<string[]> {
  const { catalogue, cacheDir, engine } = source;
  await catalogue.ready([rustImage], signal);
  const { Id: imageId } = await engine.docker.getImage(rustImage).inspect();
  const folder = join(cacheDir, 'catalogue', 'cargo', imageId.replace('sha256:', '').slice(0, 16));
  await madeOnce(folder, async (temporary) => {
    await copyFromImage(engine.docker, {
      what: 'cargo',
      image: rustImage,
      folders: ['/usr'],
      leftOut,
      into: temporary,
      signal,
    });
  });
  await forgetUnused(folder);
  return await commandIn(folder);
}

/**
 * Both are started with the image's own loader, so that the host may have another C library. Cargo asks rustc for its
 * version and platform, and starts it by one name, hence the script.
 */
async function commandIn(folder: string): Promise<string[]> {
  const home = await homeOf(folder);
  const started = (program: string) => [...loaderFor(folder, home), join(home, 'bin', program)];
  const rustc = join(folder, 'rustc');
  if (!(await exists(rustc))) {
    const words = started('rustc').map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    await writeFile(rustc, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
    await chmod(rustc, 0o755);
  }
  return ['env', `RUSTC=${rustc}`, `CARGO_HOME=${join(folder, 'home')}`, ...started('cargo')];
}

/** The official image keeps its toolchain where rustup does, Debian's packages put it into /usr. */
async function homeOf(folder: string): Promise<string> {
  const toolchains = join(folder, 'usr/local/rustup/toolchains');
  const [toolchain] = await readdir(toolchains).catch(() => []);
  const home = toolchain === undefined ? join(folder, 'usr') : join(toolchains, toolchain);
  if (await exists(join(home, 'bin', 'cargo'))) return home;
  throw new StagecraftError('internal', `There is no cargo in the catalogue's ${rustImage}.`);
}

function loaderFor(folder: string, home: string): string[] {
  const [triple, loader] =
    process.arch === 'arm64'
      ? ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
      : ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2'];
  const libraries = [join(home, 'lib'), join(folder, 'usr/lib', triple)];
  return [join(folder, 'usr/lib', triple, loader), '--library-path', libraries.join(':')];
}
