/**
 * Reads one layer's directory in the engine's data root. The content is hostile: nothing is followed, nothing is opened
 * that is not a regular file, names need not be UTF-8, trees may be deeper than a path may be long.
 */
import {
  closeSync,
  constants,
  type Dir,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Entry {
  path: string;
  type: 'file' | 'directory' | 'symlink' | 'other' | 'whiteout' | 'opaque';
  sizeBytes: number;
  mode: number;
  uid: number;
  gid: number;
  linkTarget?: string;
  /** A further name of a file that was found before. */
  linked?: true;
}

export interface WalkOptions {
  dir: string;
  /** First id of the user namespace's range on disk. */
  idBase: number;
  cancelled: () => boolean;
}

/** One thing found: what it is for people, and where it is for reading. */
export interface Found {
  entry: Entry;
  /** The path on disk as bytes. */
  place: Buffer;
  mtimeSeconds: number;
  /** False for the second and further names of the same file. */
  firstName: boolean;
}

export class Cancelled extends Error {}

const slash = Buffer.from('/');

/** Every entry below `dir`, parents before children. Directories that can't be read are passed over (`onGap`). */
export function* walk(options: WalkOptions, onGap: () => void): Generator<Found> {
  const seen = new Set<string>();
  const pending: { place: Buffer; path: string }[] = [{ place: Buffer.from(options.dir), path: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const name of names(next.place, onGap)) {
      if (options.cancelled()) throw new Cancelled('The reading of a layer was cancelled.');
      const place = Buffer.concat([next.place, slash, name]);
      const path = `${next.path}/${name.toString('utf8')}`;
      let stat: Stats;
      try {
        stat = lstatSync(place);
      } catch {
        onGap();
        continue;
      }
      const entry = entryOf({ path, place, stat, idBase: options.idBase });
      if (stat.isDirectory()) pending.push({ place, path });
      const firstName = isFirstName(stat, seen);
      if (!firstName) entry.linked = true;
      yield { entry, place, mtimeSeconds: Math.floor(stat.mtimeMs / 1000), firstName };
    }
  }
}

function* names(place: Buffer, onGap: () => void): Generator<Buffer> {
  let dir: Dir;
  try {
    dir = opendirSync(place as unknown as string, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  } catch {
    onGap();
    return;
  }
  try {
    for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) yield entry.name as unknown as Buffer;
  } finally {
    dir.closeSync();
  }
}

function isFirstName(stat: Stats, seen: Set<string>): boolean {
  if (!stat.isFile() || stat.nlink < 2) return true;
  const key = `${stat.dev}:${stat.ino}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function entryOf(found: { path: string; place: Buffer; stat: Stats; idBase: number }): Entry {
  const { stat, idBase } = found;
  const type = typeOf(stat);
  const shift = (id: number): number => (id >= idBase ? id - idBase : id);
  const entry: Entry = {
    path: found.path,
    type,
    sizeBytes: type === 'file' ? stat.size : 0,
    mode: stat.mode & 0o7777,
    uid: shift(stat.uid),
    gid: shift(stat.gid),
  };
  if (type === 'symlink') entry.linkTarget = targetOf(found.place);
  return entry;
}

function typeOf(stat: Stats): Entry['type'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  return stat.isCharacterDevice() && stat.rdev === 0 ? 'whiteout' : 'other';
}

function targetOf(place: Buffer): string {
  try {
    return readlinkSync(place, 'utf8');
  } catch {
    return '';
  }
}

const chunkBytes = 1024 * 1024;

/** The bytes of a regular file; never follows a link, never waits on a pipe. */
export function* readFile(place: Buffer): Generator<Buffer> {
  const fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const bytes = readSync(fd, chunk, 0, chunkBytes, null);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
      if (bytes < chunkBytes) return;
    }
  } finally {
    closeSync(fd);
  }
}

/** The size of `tar | gzip` of what was found. The tar headers carry what takes part in the size, no more. */
export async function gzipBytes(found: Iterable<Found>, cancelled: () => boolean): Promise<number> {
  const source = Readable.from(tar(found, cancelled), { objectMode: false });
  return pipeline(source, createGzip(), async (compressed: AsyncIterable<Buffer>) => {
    let bytes = 0;
    for await (const chunk of compressed) bytes += chunk.length;
    return bytes;
  });
}

function* tar(found: Iterable<Found>, cancelled: () => boolean): Generator<Buffer> {
  let batch: Buffer[] = [];
  let batchBytes = 0;
  for (const one of found) {
    const { entry, place, firstName } = one;
    batch.push(tarHeader(one));
    batchBytes += 512;
    if (entry.type === 'file' && firstName) {
      for (const chunk of readFile(place)) {
        if (cancelled()) throw new Cancelled('The reading of a layer was cancelled.');
        batch.push(chunk);
        batchBytes += chunk.length;
        if (batchBytes >= chunkBytes) {
          yield Buffer.concat(batch);
          batch = [];
          batchBytes = 0;
        }
      }
      batch.push(Buffer.alloc((512 - (entry.sizeBytes % 512)) % 512));
    }
  }
  yield Buffer.concat([...batch, Buffer.alloc(1024)]);
}

function tarHeader({ entry, mtimeSeconds }: Found): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')} `;
  header.write(entry.path.slice(1, 100), 0);
  header.write(octal(entry.mode, 8), 100);
  header.write(octal(entry.uid, 8), 108);
  header.write(octal(entry.gid, 8), 116);
  header.write(octal(entry.sizeBytes, 12), 124);
  header.write(octal(mtimeSeconds, 12), 136);
  header.write(entry.linkTarget?.slice(0, 100) ?? '', 157);
  header.write('ustar', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 8 * 0x20);
  header.write(octal(checksum, 8), 148);
  return header;
}
