/**
 * The file that `catalogue export` writes and `catalogue import` reads (docs/decisions/0007-air-gapped-bundle.md).
 *
 * Plain JavaScript on Node's own modules: `import` begins on a machine that has a Node 20 and nothing else, before
 * node_modules exist. That is also why the outer zstd frame consists of stored (raw) blocks only: they are read here by
 * hand, and each part inside is compressed by itself.
 *
 *     zstd frame, stored blocks of 128 KiB
 *       tar: manifest.json, manifest.sha256, then one file per part, in the manifest's order
 *
 * Every byte is accounted for: block headers and tar headers are compared with what they must be, the manifest has its
 * checksum beside it, and the manifest has size and checksum of each part.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  blockBytes,
  blockHeaderBytes,
  fileBytesFor,
  frameHeader,
  layout,
  padded,
  partBytesMax,
  preamble,
  tarBlockBytes,
  tarHeader,
} from './bundle-layout.mjs';

export const formatVersion = 1;
export const bundleKind = 'stagecraft-bundle';
const manifestBytesMax = 1024 * 1024;

/** A file that is not a bundle for this machine; the message is a sentence for people. */
export class BundleRefusal extends Error {
  name = 'BundleRefusal';
}

/** `linux/amd64`, as the container world spells it. */
export function thisPlatform() {
  return `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/** Opens a bundle and reads its manifest. Nothing of the parts is looked at yet. @throws BundleRefusal */
export async function openBundle(path) {
  const handle = await open(path, 'r').catch((error) => {
    throw new BundleRefusal(
      `Expected a file that "catalogue export" wrote; ${path} could not be opened (${error.code}).`,
    );
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new BundleRefusal(`Expected a file that "catalogue export" wrote; ${path} is no file.`);
    await checkMagic(handle, path);
    const manifestText = await readManifestText(handle, path);
    const manifest = parseManifest(manifestText, path);
    const before = preamble(manifestText);
    // Before anything that the manifest says is believed. Every format keeps these two files in front.
    await checkBytes({ handle, path }, 0, before, 'its manifest');
    checkFormat(manifest, path);
    const found = layout(manifest, before.length);
    checkSize({ path, size: stats.size, expected: fileBytesFor(found.tarBytes) });
    const bundle = { path, handle, manifest, ...found, close: () => handle.close() };
    // Again, now that it is known what the heads of these blocks must say.
    await checkBytes(bundle, 0, before, 'its manifest');
    return bundle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function checkMagic(handle, path) {
  const start = Buffer.alloc(frameHeader.length);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  if (bytesRead < 4 || !start.subarray(0, 4).equals(frameHeader.subarray(0, 4))) {
    throw new BundleRefusal(
      `Expected a zstd file that "catalogue export" wrote; ${path} is not a zstd file. Give the file that was exported, as it was.`,
    );
  }
  if (!start.equals(frameHeader)) throw notOurs(path);
}

function notOurs(path) {
  return new BundleRefusal(
    `Expected a file that "catalogue export" wrote; ${path} is another zstd file, or was compressed anew. Give the file that was exported, as it was.`,
  );
}

function damaged(path, where) {
  return new BundleRefusal(
    `Expected ${path} as it was exported; ${where} has been changed or damaged (its checksum does not fit). Copy the file again, or export it again.`,
  );
}

/** Before the layout is known: the manifest is the first file of the tar. */
async function readManifestText(handle, path) {
  const header = await readDecoded(handle, path, { at: 0, bytes: tarBlockBytes, tarBytes: undefined });
  const name = header.toString('latin1', 0, 14);
  const sizeBytes = Number.parseInt(header.toString('latin1', 124, 135), 8);
  if (name !== 'manifest.json\0' || !(sizeBytes > 0 && sizeBytes <= manifestBytesMax)) throw notOurs(path);
  const bytes = await readDecoded(handle, path, { at: tarBlockBytes, bytes: sizeBytes, tarBytes: undefined });
  return bytes.toString('utf8');
}

function parseManifest(text, path) {
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw damaged(path, 'its manifest');
  }
  if (manifest?.kind !== bundleKind) throw notOurs(path);
  return manifest;
}

function checkFormat(manifest, path) {
  if (manifest.format !== formatVersion) {
    throw new BundleRefusal(
      `Expected a bundle of format ${formatVersion}; ${path} has format ${JSON.stringify(manifest.format)}, made by Stagecraft ${manifest.project?.version}. Export it again with the Stagecraft that this checkout is.`,
    );
  }
  if (!hasWholeShape(manifest)) throw notOurs(path);
}

function hasWholeShape(manifest) {
  const texts = [
    manifest.platform,
    manifest.project?.version,
    manifest.recipes?.engine,
    manifest.recipes?.catalogue,
    manifest.recipes?.npm,
  ];
  if (!texts.every((text) => typeof text === 'string') || ![manifest.parts, manifest.hostPackages].every(Array.isArray))
    return false;
  const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
  const names = new Set(manifest.parts.map((part) => part?.name));
  return (
    names.size === manifest.parts.length &&
    manifest.parts.every(
      (part) =>
        /^[a-z]+$/.test(part.name) &&
        /^[a-z]+(\.[a-z]+)+$/.test(part.path) &&
        isCount(part.sizeBytes) &&
        part.sizeBytes <= partBytesMax &&
        isCount(part.unpackedBytes) &&
        /^[0-9a-f]{64}$/.test(part.sha256),
    )
  );
}

function checkSize({ path, size, expected }) {
  if (size === expected) return;
  const what = size < expected ? 'it is cut off' : 'something was added to it';
  throw new BundleRefusal(
    `Expected ${path} to have ${expected} bytes, as its manifest says; it has ${size}: ${what}. Copy the file again, or export it again.`,
  );
}

/** Reads a piece of the tar out of the stored blocks, at most a few at once. */
async function readDecoded(handle, path, { at, bytes, tarBytes }) {
  const pieces = [];
  let position = at;
  while (position < at + bytes) {
    const block = Math.floor(position / blockBytes);
    const inBlock = position - block * blockBytes;
    const blockStart = frameHeader.length + block * (blockBytes + blockHeaderBytes);
    const take = Math.min(blockBytes - inBlock, at + bytes - position);
    // With its header in front when the block is read from its beginning; that one call is all there is per block.
    const extra = inBlock === 0 ? blockHeaderBytes : 0;
    const buffer = Buffer.alloc(extra + take);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, blockStart + blockHeaderBytes + inBlock - extra);
    if (bytesRead < buffer.length) {
      throw new BundleRefusal(
        `Expected more after byte ${blockStart + bytesRead} of ${path}; it ends there: it is cut off. Copy the file again, or export it again.`,
      );
    }
    if (extra > 0) checkBlockHeader(buffer, { block, tarBytes, path });
    pieces.push(buffer.subarray(extra));
    position += take;
  }
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

function checkBlockHeader(buffer, { block, tarBytes, path }) {
  const value = buffer.readUIntLE(0, blockHeaderBytes);
  if (tarBytes === undefined) {
    // The layout is not known yet: anything but a stored block is another program's zstd file.
    if ((value & 0b110) !== 0) throw notOurs(path);
    return;
  }
  const held = Math.min(blockBytes, tarBytes - block * blockBytes);
  const isLast = (block + 1) * blockBytes >= tarBytes;
  if (value !== held * 8 + (isLast ? 1 : 0)) throw damaged(path, `the head of block ${block}`);
}

/** `tarBytes` is undefined while the layout is not known. */
async function checkBytes({ handle, path, tarBytes }, at, expected, what) {
  const found = await readDecoded(handle, path, { at, bytes: expected.length, tarBytes });
  if (!found.equals(expected)) throw damaged(path, what);
}

/** The stored bytes of one part, a block at a time. */
export function partStream(bundle, name) {
  const part = bundle.manifest.parts.find((each) => each.name === name);
  if (part === undefined) {
    throw new BundleRefusal(`Expected a part "${name}" in ${bundle.path}; its manifest has none. Export it again.`);
  }
  return Readable.from(storedBytes(bundle, bundle.starts.get(name), part.sizeBytes), { objectMode: false });
}

async function* storedBytes({ handle, path, tarBytes }, start, sizeBytes) {
  let at = start;
  while (at < start + sizeBytes) {
    const toBlockEnd = blockBytes - (at % blockBytes);
    const bytes = Math.min(toBlockEnd, start + sizeBytes - at);
    yield await readDecoded(handle, path, { at, bytes, tarBytes });
    at += bytes;
  }
}

/**
 * Reads the whole file and compares every part with its checksum, and all that lies between them with what it must be.
 * @throws BundleRefusal naming the first part that does not fit
 */
export async function verifyBundle(bundle, { onProgress = () => {}, signal } = {}) {
  let done = 0;
  for (const part of bundle.manifest.parts) {
    const start = bundle.starts.get(part.name);
    await checkBytes(
      bundle,
      start - tarBlockBytes,
      tarHeader(part.path, part.sizeBytes),
      `the head of the part "${part.name}"`,
    );
    const hash = createHash('sha256');
    for await (const bytes of storedBytes(bundle, start, part.sizeBytes)) {
      signal?.throwIfAborted();
      hash.update(bytes);
      done += bytes.length;
      onProgress(done);
    }
    if (hash.digest('hex') !== part.sha256) throw damaged(bundle.path, `the part "${part.name}"`);
    const fill = Buffer.alloc(padded(part.sizeBytes) - part.sizeBytes);
    if (fill.length > 0) await checkBytes(bundle, start + part.sizeBytes, fill, `the end of the part "${part.name}"`);
  }
  await checkBytes(bundle, bundle.tarBytes - 2 * tarBlockBytes, Buffer.alloc(2 * tarBlockBytes), 'its end');
}

/** What has to agree between a bundle and this machine and checkout. @throws BundleRefusal */
export function checkFits(bundle, { platform, recipes }) {
  const { manifest, path } = bundle;
  if (manifest.platform !== platform) {
    throw new BundleRefusal(
      `Expected a bundle for ${platform}, which this machine is; ${path} is for ${manifest.platform}. Export one on a machine of this kind.`,
    );
  }
  for (const [name, title] of Object.entries(recipeTitles)) {
    if (recipes[name] === undefined || recipes[name] === manifest.recipes[name]) continue;
    const commit = manifest.project.commit ? ` (commit ${manifest.project.commit.slice(0, 12)})` : '';
    throw new BundleRefusal(
      `Expected a bundle with ${title} ${recipes[name].slice(0, 16)}, which this checkout needs; ${path} has ${manifest.recipes[name].slice(0, 16)}, as it was made by Stagecraft ${manifest.project.version}${commit}. Bring this checkout to that commit, or export again from a checkout like this one.`,
    );
  }
}

const recipeTitles = { npm: 'npm packages', engine: 'engine recipe', catalogue: 'catalogue recipe' };
