/** Writes the outer file of a bundle: a tar of finished parts in a zstd frame of stored blocks (see `bundle-file.mjs`). */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { BundleManifest } from './bundle-file.mjs';
import { blockBytes, blockHeader, frameHeader, padded, preamble, tarHeader } from './bundle-layout.mjs';

export interface FinishedParts {
  manifest: BundleManifest;
  /** The file that holds a part's bytes; removed once they are written. */
  fileOf: (name: string) => string;
}

/** @returns the SHA-256 of the whole file, to be compared by those who carry it */
export async function writeBundle(
  parts: FinishedParts,
  target: { file: string; onBytes: (bytes: number) => void; signal: AbortSignal },
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const { file, onBytes, signal } = target;
  const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      onBytes(bytes.length);
      yield bytes;
    }
  };
  await pipeline(counted(storedBlocks(tarBytes(parts))), createWriteStream(file, { flags: 'wx' }), { signal });
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function* tarBytes({ manifest, fileOf }: FinishedParts): AsyncGenerator<Buffer> {
  yield preamble(JSON.stringify(manifest, null, 2));
  for (const part of manifest.parts) {
    yield tarHeader(part.path, part.sizeBytes);
    const file = fileOf(part.name);
    yield* createReadStream(file, { highWaterMark: blockBytes }) as AsyncIterable<Buffer>;
    await rm(file);
    yield Buffer.alloc(padded(part.sizeBytes) - part.sizeBytes);
  }
  yield Buffer.alloc(1024);
}

/** Cuts a stream into full blocks; only the last may be shorter, and says so. */
export async function* storedBlocks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield frameHeader;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const bytes of source) {
    let rest = bytes;
    while (rest.length > 0) {
      // A full block is only written when more follows, so that the last one is known to be the last.
      if (heldBytes === blockBytes) {
        yield Buffer.concat([blockHeader(heldBytes, false), ...held]);
        held = [];
        heldBytes = 0;
      }
      const taken = rest.subarray(0, blockBytes - heldBytes);
      held.push(taken);
      heldBytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield Buffer.concat([blockHeader(heldBytes, true), ...held]);
}
