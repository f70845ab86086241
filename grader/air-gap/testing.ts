/** For tests: real bundles of small folders, and tars that nobody should unpack. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BundleManifest, type BundlePart, bundleKind, formatVersion } from './bundle-file.mjs';
import { padded, tarHeader } from './bundle-layout.mjs';
import { type ImportRequest, importBundle } from './import.ts';
import { packPart } from './parts.ts';
import { writeBundle } from './write-bundle.ts';

export const machine = {
  platform: 'linux/amd64',
  recipes: { npm: 'a'.repeat(64), engine: 'b'.repeat(12), catalogue: 'c'.repeat(16) },
};

const signal = new AbortController().signal;

export interface Room {
  dir: string;
  bundle: string;
  settings: { cacheDir: string; siteDir: string };
  /** Imports into the room's cache as the machine for which `machine` speaks. */
  import(changes?: Partial<ImportRequest>): ReturnType<typeof importBundle>;
  /** Every file below cache and site with its contents. */
  contents(): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

export type Tree = Record<string, string>;

export async function openRoom(): Promise<Room> {
  const dir = await mkdtemp(join(tmpdir(), 'stagecraft-air-gap-'));
  const bundle = join(dir, 'bundle.zst');
  const settings = { cacheDir: join(dir, 'cache'), siteDir: join(dir, 'site') };
  return {
    ...{ dir, bundle, settings },
    import: (changes = {}) =>
      importBundle({ file: bundle, settings, progress: () => {}, signal, here: machine, ...changes }),
    contents: async () => ({
      ...(await contentsOf(settings.cacheDir, 'cache')),
      ...(await contentsOf(settings.siteDir, 'site')),
    }),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function contentsOf(folder: string, name: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }));
  const texts = paths.map(async ({ entry, path }) => [
    join(name, path.slice(folder.length)),
    entry.isFile() ? await readFile(path, 'utf8') : '(folder)',
  ]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

export async function writeTree(folder: string, tree: Tree): Promise<string> {
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Packs the folders as an export does and writes them to the room's bundle. */
export async function makeBundle(
  room: Room,
  folders: Record<string, string>,
  changes: Partial<BundleManifest> = {},
): Promise<BundleManifest> {
  const parts: BundlePart[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    const source = { name, title: name, folder, paths: ['.'], compression: 'zstd' } as const;
    const file = join(room.dir, `${name}.packed`);
    parts.push(await packPart({ ...source, paths: ['.'] }, { file, signal, onBytes: () => {} }));
  }
  return await assemble(room, parts, changes);
}

/** A bundle whose one part is a tar as given, uncompressed. */
export function bundleOfTar(room: Room, name: string, tar: Buffer): Promise<void> {
  return bundleOfPart(room, { name, path: `${name}.tar`, bytes: tar });
}

/** A bundle of one part, packed already. */
export async function bundleOfPart(
  room: Room,
  part: { name: string; path: string; bytes: Buffer },
  changes: Partial<BundleManifest> = {},
): Promise<void> {
  const { name, path, bytes } = part;
  await writeFile(join(room.dir, `${name}.packed`), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await assemble(room, [{ name, path, sizeBytes: bytes.length, unpackedBytes: bytes.length, sha256 }], changes);
}

async function assemble(room: Room, parts: BundlePart[], changes: Partial<BundleManifest>): Promise<BundleManifest> {
  const manifest: BundleManifest = {
    kind: bundleKind,
    format: formatVersion,
    project: { version: '0.0.0', commit: null },
    made: new Date().toISOString(),
    ...machine,
    debian: null,
    hostPackages: [],
    parts,
    ...changes,
  };
  await rm(room.bundle, { force: true });
  await writeBundle(
    { manifest, fileOf: (name) => join(room.dir, `${name}.packed`) },
    { file: room.bundle, onBytes: () => {}, signal },
  );
  return manifest;
}

export interface TarEntry {
  path: string;
  /** `0` file, `1` hard link, `2` symbolic link, `3` character device, `5` folder, `L` and `x`: about the next entry. */
  kind?: string;
  target?: string;
  text?: string;
  /** Instead of the text's. */
  sizeBytes?: number;
}

/** A tar of entries that no honest program would write. */
export function hostileTar(entries: TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const text = Buffer.from(entry.text ?? '');
    const header = tarHeader(entry.path, entry.sizeBytes ?? text.length);
    header.write(entry.kind ?? '0', 156, 'latin1');
    header.write(entry.target ?? '', 157, 'latin1');
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, text, Buffer.alloc(padded(text.length) - text.length)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** One record of POSIX attributes, whose length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length += 1;
  return `${length}${rest}`;
}
