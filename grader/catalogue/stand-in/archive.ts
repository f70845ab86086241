/** Built images as compressed files in the cache, so that another engine only loads them. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type Docker from 'dockerode';
import { StagecraftError } from '../../errors.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { untilLoaded } from '../load-answer.ts';
import { exists, madeOnce } from '../made-once.ts';

export interface ArchivePlace {
  docker: Docker;
  /** Where an image of today's recipe belongs; files of older recipes lie beside it. */
  fileOf: (entry: CatalogueEntry) => string;
  signal?: AbortSignal | undefined;
}

export async function hasArchive(place: ArchivePlace, entry: CatalogueEntry): Promise<boolean> {
  return await exists(place.fileOf(entry));
}

/** Saves an image under its name; an archive that is there is kept. */
export async function saveArchive(place: ArchivePlace, entry: CatalogueEntry): Promise<void> {
  await madeOnce(place.fileOf(entry), async (file) => {
    const saved = (await place.docker.getImage(entry.name).get()) as Readable;
    // Level 1: twice as fast as the default for a few per cent more. One thread: with `nbWorkers` Node 24 loses the end.
    const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    await pipeline(saved, compress, createWriteStream(file), { signal: place.signal });
  });
}

/**
 * Loads an image with the name it was saved under.
 * @returns false when the archive was damaged; it is removed then
 */
export async function loadArchive(place: ArchivePlace, entry: CatalogueEntry): Promise<boolean> {
  const file = place.fileOf(entry);
  const unpacked = createZstdDecompress();
  let damaged = false;
  unpacked.on('error', (error: NodeJS.ErrnoException) => {
    damaged ||= error.code?.startsWith('Z') === true;
  });
  const feeding = pipeline(createReadStream(file), unpacked, { signal: place.signal });
  feeding.catch(() => {}); // Also breaks the load off, and that is what reports.
  try {
    await untilLoaded(place.docker, await place.docker.loadImage(unpacked, { quiet: true }));
    await feeding;
    return true;
  } catch (error) {
    if (place.signal?.aborted)
      throw new StagecraftError('cancelled', 'Loading a base image was stopped.', { cause: error });
    if (!damaged) throw error;
    await rm(file, { force: true });
    return false;
  }
}
