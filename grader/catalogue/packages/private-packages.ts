/**
 * Packages that only the mirror's private part has: written by us, packed here, and given to those who show a token.
 *
 * Absent on purpose: npm. A packed file has to be the same on every machine, byte for byte, or the lock file's integrity
 * would hold on one of them only.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { StagecraftError } from '../../errors.ts';
import type { LockedPackage } from './npm-lock.ts';
import { addVersions, type NpmTree, tarballPath } from './npm-tree.ts';
import { writeWhole } from './write-whole.ts';

export interface PackedPackage {
  name: string;
  version: string;
  integrity: string;
  tarball: Buffer;
}

export function privateTree({ packagesDir, mirrorUrl }: { packagesDir: string; mirrorUrl: string }): NpmTree {
  return { root: join(packagesDir, 'private', 'npm'), url: `${mirrorUrl}/private/npm` };
}

/** Scopes that a folder's .npmrc gets from the private part. */
export async function privateScopes(folder: string, privateUrl: string | undefined): Promise<string[]> {
  const text = await readFile(join(folder, '.npmrc'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, scope, address] = /^\s*(@[\w.-]+):registry\s*=\s*(\S+?)\/?\s*$/.exec(line) ?? [];
    return scope !== undefined && address === privateUrl ? [scope] : [];
  });
}

/** Packs a folder and puts it into the tree. */
export async function addPrivatePackage(tree: NpmTree, folder: string): Promise<void> {
  const { tarball, ...packed } = await packPrivate(folder);
  const locked: LockedPackage = { ...packed, manifest: {}, fitsPlatform: true };
  await writeWhole(tarballPath(tree, locked), tarball);
  await addVersions(tree, [locked]);
}

/** @throws StagecraftError `bad_input` when it has no name and version, or is no small package */
export async function packPrivate(folder: string): Promise<PackedPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version } = manifest;
  if (typeof name !== 'string' || typeof version !== 'string') {
    throw new StagecraftError('bad_input', `Expected a name and a version in ${join(folder, 'package.json')}.`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => ({ path, name: relative(folder, path).split(sep).join('/') }));
  // By code units: the order must not depend on the machine's language.
  files.sort((one, other) => (one.name < other.name ? -1 : 1));
  const blocks = await Promise.all(files.map(async (file) => tarEntry(file.name, await readFile(file.path))));
  const tarball = storedGzip(Buffer.concat([...blocks, Buffer.alloc(1024)]), folder);
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  return { name, version, integrity, tarball };
}

/** As npm dates everything that it packs. */
const packedAt = 499_162_500;

function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(`package/${name}`, 0, 100, 'utf8');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(packedAt, 136, 12);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const storedBytesMax = 0xffff;

/** gzip of one block that is not compressed: what a compressor makes may differ between versions. */
function storedGzip(data: Buffer, folder: string): Buffer {
  if (data.length > storedBytesMax) {
    const message = `The private package in ${folder} is too large: ${data.length} bytes, and ${storedBytesMax} are possible.`;
    throw new StagecraftError('bad_input', message);
  }
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0, 0, 0]);
  head.writeUInt16LE(data.length, 11);
  head.writeUInt16LE(data.length ^ 0xffff, 13);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(data), 0);
  tail.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, tail]);
}
