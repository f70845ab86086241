/**
 * Looks for a text in the bytes of a layer's files: as it is, as base64 at any alignment, and inside gzip.
 * Compressed data is unpacked in memory only and up to a bound, because a few KiB can unpack to terabytes.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Cancelled, type Found, readFile } from './layer-walk.ts';

export type How = 'plain' | 'base64' | 'gzip';

const unpackedBytesMax = 512 * 1024 * 1024;

/** The parts of base64 text that every encoding of data containing `needle` must contain, one per alignment. */
export function base64Forms(needle: string): Buffer[] {
  const bytes = Buffer.from(needle, 'utf8');
  const forms = new Set<string>();
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const firstWhole = [0, 2, 3][shift] as number;
    const lastWhole = Math.floor(((shift + bytes.length) * 8) / 6);
    const form = text.slice(firstWhole, lastWhole);
    forms.add(form);
    forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms].map((form) => Buffer.from(form, 'latin1'));
}

/** Finds byte strings in a stream of chunks, also across the borders of chunks. */
export class Scanner {
  readonly #needles: Buffer[];
  readonly #overlap: number;
  #tail: Buffer = Buffer.alloc(0);

  constructor(needles: Buffer[]) {
    this.#needles = needles;
    this.#overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  }

  /** True when a needle ends within this chunk. */
  push(chunk: Buffer): boolean {
    const window = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = window.subarray(Math.max(0, window.length - this.#overlap));
    return this.#needles.some((needle) => window.includes(needle));
  }
}

/** How the text occurs in a file, or undefined. */
export async function searchFile(found: Found, needle: string, cancelled: () => boolean): Promise<How | undefined> {
  const plain = new Scanner([Buffer.from(needle, 'utf8')]);
  const encoded = new Scanner(base64Forms(needle));
  let isGzip: boolean | undefined;
  for (const chunk of readFile(found.place)) {
    if (cancelled()) throw new Cancelled('The search of a layer was cancelled.');
    isGzip ??= chunk.length > 18 && chunk[0] === 0x1f && chunk[1] === 0x8b;
    if (plain.push(chunk)) return 'plain';
    // base64 tools break lines at 64 or 76 columns; without the breaks the text is whole again.
    if (encoded.push(withoutLineBreaks(chunk))) return 'base64';
  }
  return isGzip && (await gzipContains(found.place, needle)) ? 'gzip' : undefined;
}

function withoutLineBreaks(chunk: Buffer): Buffer {
  // Encoded text has no zero bytes, so that binaries are spared.
  if (chunk.includes(0) || !chunk.includes(10)) return chunk;
  let length = 0;
  const kept = Buffer.allocUnsafe(chunk.length);
  for (const byte of chunk) {
    if (byte !== 10 && byte !== 13) {
      kept[length] = byte;
      length += 1;
    }
  }
  return kept.subarray(0, length);
}

async function gzipContains(place: Buffer, needle: string): Promise<boolean> {
  const scanner = new Scanner([Buffer.from(needle, 'utf8')]);
  const source = Readable.from(readFile(place), { objectMode: false });
  let found = false;
  try {
    await pipeline(source, createGunzip(), async (unpacked: AsyncIterable<Buffer>) => {
      let bytes = 0;
      for await (const chunk of unpacked) {
        found ||= scanner.push(chunk);
        bytes += chunk.length;
        if (found || bytes > unpackedBytesMax) return;
      }
    });
  } catch {
    // Not gzip after all, or cut short: what could be unpacked was searched.
  }
  return found;
}
