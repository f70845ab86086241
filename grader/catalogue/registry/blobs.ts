/** Pulled images on disk: one small OCI layout per image, and one folder of blobs that all of them share. */
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const unusedAfterMs = 24 * 60 * 60_000;

export interface BlobStore {
  /** A folder per pinned image, named after its digest. */
  layouts: string;
  /** `sha256/…` */
  blobs: string;
}

interface Descriptor {
  digest: string;
  size: number;
}

/** The store below `<cacheDir>/catalogue/registry`. */
export function blobStore(folder: string): BlobStore {
  return { layouts: join(folder, 'layouts'), blobs: join(folder, 'blobs') };
}

export function layoutOf(store: BlobStore, digest: string): string {
  return join(store.layouts, digest.replace('sha256:', ''));
}

function blobPath(store: BlobStore, digest: string): string {
  return join(store.blobs, ...digest.split(':'));
}

/** Everything that a layout needs; undefined when its index or manifest is not there or no JSON. */
async function contentsOf(store: BlobStore, layout: string): Promise<Descriptor[] | undefined> {
  try {
    const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
    const manifest = index.manifests[0] as Descriptor;
    const text = await readFile(blobPath(store, manifest.digest), 'utf8');
    const { config, layers } = JSON.parse(text) as { config: Descriptor; layers: Descriptor[] };
    return [manifest, config, ...layers];
  } catch {
    return undefined;
  }
}

/** Whether a pull was ended and nothing has gone since. Content is checked when it is read. */
export async function isComplete(store: BlobStore, layout: string): Promise<boolean> {
  const contents = await contentsOf(store, layout);
  if (contents === undefined) return false;
  const sizes = await Promise.all(contents.map(({ digest }) => sizeOf(blobPath(store, digest))));
  return contents.every(({ size }, at) => sizes[at] === size);
}

/** Installations share the store: what one of them uses is kept, whatever another pins. */
export async function noteUse(layout: string): Promise<void> {
  const now = Date.now() / 1000;
  await utimes(layout, now, now).catch(() => {});
}

/** Removes a layout with its blobs, one of which is damaged; other images that share them fetch them again. */
export async function forgetImage(store: BlobStore, layout: string): Promise<void> {
  for (const { digest } of (await contentsOf(store, layout)) ?? []) await rm(blobPath(store, digest), { force: true });
  await rm(layout, { recursive: true, force: true });
}

/** Bytes below a folder: grows while something is downloaded into it. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((entry) => sizeOf(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes of those blobs that are there. */
export async function bytesOf(store: BlobStore, digests: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...digests].map((digest) => sizeOf(blobPath(store, digest))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Removes layouts that nothing here pins and nobody used for a day, and old blobs that no layout needs. */
export async function forgetUnpinned(store: BlobStore, pinned: string[]): Promise<void> {
  const kept = new Set(pinned.map((digest) => layoutOf(store, digest)));
  const needed = new Set<string>();
  for (const name of await readdir(store.layouts).catch(() => [])) {
    const layout = join(store.layouts, name);
    if (!kept.has(layout) && (await isOld(layout))) await rm(layout, { recursive: true, force: true });
    else for (const { digest } of (await contentsOf(store, layout)) ?? []) needed.add(blobPath(store, digest));
  }
  const blobs = join(store.blobs, 'sha256');
  for (const name of await readdir(blobs).catch(() => [])) {
    const blob = join(blobs, name);
    if (!needed.has(blob) && (await isOld(blob))) await rm(blob, { force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  const mtimeMs = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  return Date.now() - mtimeMs > unusedAfterMs;
}
