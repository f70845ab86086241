/** Python 3.11 with pip for filling: the host's, or the one of the catalogue's python image. */
import { join } from 'node:path';
import { StagecraftError } from '../../../errors.ts';
import type { Catalogue, CatalogueOptions } from '../../catalogue.ts';
import { exists, madeOnce } from '../../made-once.ts';
import { runCommand } from '../../run-command.ts';
import { copyFromImage } from '../copy-from-image.ts';

const pythonImage = 'python:3.11-slim';
/** pip judges markers (`python_version >= "3.11"`) by the Python it runs on, so no other version will do. */
const isRight = 'import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))';
/** Where Debian, and where the official image keeps it. */
const placesInImage = ['usr/local', 'usr'];
/** Absolute links of the image would lead into the host, and nothing below these is needed. */
const leftOut = ['usr/share', 'usr/include', 'usr/sbin'];

export interface PythonClient {
  /** Runs Python; `-m pip` or a script comes after it. */
  command: string[];
}

export type PythonSource = Pick<CatalogueOptions, 'engine' | 'cacheDir'> & { catalogue: Catalogue };

/** @throws StagecraftError `not_ready` when the host has no Python 3.11 and the image can't be made */
export async function findPython(source: PythonSource, signal: AbortSignal | undefined): Promise<PythonClient> {
  for (const name of ['python3.11', 'python3']) {
    const tried = await runCommand([name, '-c', isRight], { signal }).catch((error: unknown) => {
      if (error instanceof StagecraftError && error.code === 'host_lacks') return undefined;
      throw error;
    });
    if (tried?.exitCode === 0) return { command: [name] };
  }
  return await pythonFromImage(source, signal);
}

/** Copies `/usr` out of the python image, once per recipe, and starts its Python with the image's own C library. */
export async function pythonFromImage(source: PythonSource, signal: AbortSignal | undefined): Promise<PythonClient> {
  const { catalogue, cacheDir } = source;
  const folder = join(cacheDir, 'catalogue', 'python', catalogue.recipe);
  await madeOnce(folder, async (temporary) => {
    await catalogue.ready([pythonImage], signal);
    await copyFromImage(source.engine.docker, {
      what: 'Python',
      image: pythonImage,
      folders: ['/usr'],
      leftOut,
      into: temporary,
      signal,
    });
  });
  for (const place of placesInImage) {
    const home = join(folder, place);
    if (!(await exists(join(home, 'bin', 'python3.11')))) continue;
    return {
      command: [
        'env',
        `PYTHONHOME=${home}`,
        'PYTHONDONTWRITEBYTECODE=1',
        ...(await loaderIn(folder)),
        join(home, 'bin', 'python3.11'),
      ],
    };
  }
  throw new StagecraftError('internal', `There is no Python 3.11 in the catalogue's ${pythonImage}.`);
}

/** The image's loader with its libraries, so that the host may have another C library or none of this kind. */
async function loaderIn(folder: string): Promise<string[]> {
  const [triple, loader] =
    process.arch === 'arm64'
      ? ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
      : ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2'];
  const libraries = [join(folder, 'usr/lib', triple), join(folder, 'usr/local/lib')];
  return [join(folder, 'usr/lib', triple, loader), '--library-path', libraries.join(':')];
}
