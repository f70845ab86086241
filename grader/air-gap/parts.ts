/** The parts of a bundle: what of this installation goes into each, and how it is packed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { publishedFolders } from '../catalogue/stand-in/system-packages.ts';
import { StagecraftError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { BundlePart } from './bundle-file.mjs';
import { partBytesMax } from './bundle-layout.mjs';
import type { Places } from './recipes.ts';

export interface PartSource {
  name: string;
  title: string;
  /** tar runs here … */
  folder: string;
  /** … and packs these. */
  paths: string[];
  /** Anchored patterns of what stays behind. */
  exclude?: string[];
  compression: 'gzip' | 'zstd';
}

export interface PartInputs {
  settings: Settings;
  places: Places;
  /** Below the project folder. */
  modules: string[];
  /** The downloads' folders below `catalogue`. */
  inputs: string[];
  /** The flat repository; undefined where this is no Debian. */
  hostRepository: string | undefined;
}

/** In the order of the file: what the first step of an import needs comes first. */
export function partSources(from: PartInputs): PartSource[] {
  const { settings, places } = from;
  const whole: Pick<PartSource, 'paths' | 'compression'> = { paths: ['.'], compression: 'zstd' };
  const sources: PartSource[] = [
    // Unpacked by a Node that may be too old to know zstd.
    { name: 'npm', title: 'npm packages', folder: settings.projectDir, paths: from.modules, compression: 'gzip' },
    { ...whole, name: 'engine', title: 'engine root file system', folder: places.engine },
    {
      ...whole,
      name: 'catalogue',
      title: 'base images',
      folder: places.catalogue,
      // Made anew there: their recipe contains that machine's own sandbox CA (decision 0007).
      // Package managers taken out of base images fill the mirror, which is filled when a bundle is written.
      exclude: ['images', 'sandbox', 'inputs/*', 'go', 'cargo', 'python', 'maven', 'maven-program'].map(
        (name) => `./${name}`,
      ),
    },
    {
      ...whole,
      name: 'inputs',
      title: 'what base images are built from',
      folder: places.catalogue,
      paths: from.inputs.map((path) => `./${path}`),
    },
    {
      ...whole,
      name: 'packages',
      title: "exercises' packages",
      folder: places.packages,
      // Debian's and Alpine's are published from the base images' downloads.
      exclude: ['.system', '.scratch', ...publishedFolders].map((name) => `./${name}`),
    },
    { ...whole, name: 'site', title: 'site', folder: places.site },
  ];
  if (from.hostRepository !== undefined)
    sources.push({ ...whole, name: 'host', title: 'Debian packages for the machine', folder: from.hostRepository });
  return sources;
}

/** What other processes are making at this moment, wherever it lies. */
const unfinished = ['--no-anchored', '--exclude=.making-*'];

/**
 * Packs one part into a file.
 * @throws StagecraftError `internal` with tar's last words, `too_large`
 */
export async function packPart(
  source: PartSource,
  target: { file: string; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<BundlePart> {
  const left = (source.exclude ?? []).map((pattern) => `--exclude=${pattern}`);
  const args = ['-c', '--format=posix', '--sort=name', '--numeric-owner', '--xattrs', '--xattrs-include=*'];
  const tar = spawn('tar', [...args, ...unfinished, '--anchored', ...left, '-C', source.folder, '--null', '-T', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: target.signal,
  });
  let said = '';
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  tar.stdin.on('error', () => {}); // It may end without reading; its exit code tells.
  tar.stdin.end(source.paths.join('\0'));
  const ended = once(tar, 'close') as Promise<[number | null]>;
  const hash = createHash('sha256');
  const unpacked = counter((bytes) => target.onBytes(bytes.length));
  const packed = counter((bytes) => hash.update(bytes));
  const write = pipeline(
    tar.stdout,
    unpacked.stream,
    compressor(source),
    packed.stream,
    createWriteStream(target.file),
    {
      signal: target.signal,
    },
  );
  const [[code]] = await Promise.all([ended, write]);
  if (code !== 0) {
    throw new StagecraftError(
      'internal',
      `Packing the ${source.title} did not work: ${said.trim()}. If another Stagecraft was writing there, export again.`,
    );
  }
  if (packed.count() > partBytesMax) {
    throw new StagecraftError('too_large', `The ${source.title} take more than 8 GB; a bundle can't hold that.`);
  }
  const path = `${source.name}.tar.${source.compression === 'gzip' ? 'gz' : 'zst'}`;
  return {
    ...{ name: source.name, path, sizeBytes: packed.count(), unpackedBytes: unpacked.count() },
    sha256: hash.digest('hex'),
  };
}

function compressor(source: PartSource): Transform {
  // Most of it is compressed already, and both are quick to unpack. One thread: with `nbWorkers` Node 24 loses the end.
  return source.compression === 'gzip'
    ? createGzip({ level: 4 })
    : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } });
}

function counter(see: (bytes: Buffer) => void): { stream: Transform; count: () => number } {
  let total = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      see(chunk);
      done(null, chunk);
    },
  });
  return { stream, count: () => total };
}
