/** The `go` command for filling: the host's, or the one of the catalogue's golang image. */

import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { Catalogue, CatalogueOptions } from '../catalogue.ts';
import { forgetUnused, madeOnce } from '../made-once.ts';
import { runCommand } from '../run-command.ts';
import { copyFromImage } from './copy-from-image.ts';

/** Its Go is one static binary with its tools, so it also runs on a host with another C library. */
const golangImage = 'golang:1.22';

export type GoSource = Pick<CatalogueOptions, 'engine' | 'cacheDir'> & { catalogue: Catalogue };

/** @throws StagecraftError `not_ready` when the host has no Go and the image can't be made */
export async function findGo(source: GoSource, signal: AbortSignal | undefined): Promise<string> {
  const onHost = await runCommand(['go', 'version'], { signal }).catch((error: unknown) => {
    if (error instanceof StagecraftError && error.code === 'host_lacks') return undefined;
    throw error;
  });
  if (onHost?.exitCode === 0) return 'go';
  return await goFromImage(source, signal);
}

/** Copies `/usr/local/go` out of the golang image, once per image. */
export async function goFromImage(source: GoSource, signal: AbortSignal | undefined): Promise<string> {
  const { catalogue, cacheDir } = source;
  await catalogue.ready([golangImage], signal);
  const { Id: imageId } = await source.engine.docker.getImage(golangImage).inspect();
  const folder = join(cacheDir, 'catalogue', 'go', imageId.replace('sha256:', '').slice(0, 16));
  await madeOnce(folder, async (temporary) => {
    await copyFromImage(source.engine.docker, {
      what: 'Go',
      image: golangImage,
      folders: ['/usr/local/go'],
      into: temporary,
      signal,
    });
  });
  await forgetUnused(folder);
  return join(folder, 'go', 'bin', 'go');
}
