/**
 * Unpacks one part of a bundle with the machine's tar. Plain JavaScript, as `bundle-file.mjs`.
 *
 * tar itself refuses `..` in names and makes links that could lead out only at its end, so that nothing is written
 * through them. Beside that every header is read here before tar sees it, and in folders of ours every symbolic link is
 * followed afterwards. Absent on purpose: following the links of the engine's root file system; they mean places inside it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BundleRefusal, partStream } from './bundle-file.mjs';

const blockBytes = 512;
const longNameBytesMax = 64 * 1024;
const plainKinds = new Set(['0', '\0', '1', '2', '5']);
const closedByReader = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);
/** A root file system also has devices and pipes. */
const rootKinds = new Set([...plainKinds, '3', '4', '6']);

/**
 * @param request `decompress` is a stream that turns the part's bytes into a tar; `isRoot` says that it is a root file
 *   system, whose owners, devices and absolute links are to be kept
 * @throws BundleRefusal when an entry leads out of `into` or the tar is broken
 */
export async function unpackPart({ bundle, name, into, decompress, isRoot = false, onBytes = () => {}, signal }) {
  await mkdir(into, { recursive: true });
  const owner = isRoot ? ['--same-owner', '--numeric-owner', '--xattrs', '--xattrs-include=*'] : ['--no-same-owner'];
  const tar = spawn('tar', ['-x', '-p', ...owner, '-C', into, '-f', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
  });
  let said = '';
  tar.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(tar, 'close');
  const guard = new TarGuard({ name, path: bundle.path, isRoot, onBytes });
  try {
    await pipeline(partStream(bundle, name), decompress, guard, tar.stdin, { signal });
  } catch (error) {
    // tar closes its input after the end mark, or when it gives up: its exit code tells which.
    if (!closedByReader.has(error.code)) {
      tar.kill();
      await ended.catch(() => {});
      throw explain(error, { bundle, name, signal });
    }
  }
  const [code] = await ended;
  if (code !== 0) throw explain(new Error(said.trim()), { bundle, name, signal });
  if (!isRoot) await checkLinks(into, { name, path: bundle.path });
}

function explain(error, { bundle, name, signal }) {
  if (error instanceof BundleRefusal || signal?.aborted) return error;
  if (error.code === 'ENOENT' && error.syscall?.startsWith('spawn'))
    return new BundleRefusal('Expected the program tar, which unpacks the bundle; this machine has none. Install it.');
  if (/No space left on device/.test(error.message))
    return new BundleRefusal(
      `The disk became full while the part "${name}" of ${bundle.path} was unpacked. Free some space and import again.`,
    );
  const last = error.message.split('\n').slice(-2).join(' · ');
  return new BundleRefusal(
    `Expected the part "${name}" of ${bundle.path} to be a whole tar; it could not be unpacked: ${last}. Export it again.`,
  );
}

/** Lets a tar through while it reads the headers. */
class TarGuard extends Transform {
  #rest = Buffer.alloc(0);
  #skip = 0;
  #long = undefined;
  #paths = {};
  #options;

  constructor(options) {
    super();
    this.#options = options;
  }

  _transform(chunk, _encoding, done) {
    try {
      this.#read(chunk);
      this.#options.onBytes(chunk.length);
      done(null, chunk);
    } catch (error) {
      done(error);
    }
  }

  #read(chunk) {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (bytes.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length);
        if (this.#long !== undefined) this.#long.pieces.push(bytes.subarray(0, skipped));
        this.#skip -= skipped;
        bytes = bytes.subarray(skipped);
        if (this.#skip === 0) this.#endLong();
        continue;
      }
      if (bytes.length < blockBytes) break;
      this.#header(bytes.subarray(0, blockBytes));
      bytes = bytes.subarray(blockBytes);
    }
    this.#rest = Buffer.from(bytes);
  }

  #header(block) {
    if (block.every((byte) => byte === 0)) return;
    if (!hasRightSum(block)) throw new Error('a header is damaged');
    const kind = String.fromCharCode(block[156]);
    const sizeBytes = sizeOf(block);
    this.#skip = Math.ceil(sizeBytes / blockBytes) * blockBytes;
    // x, g: POSIX attributes; L, K: GNU's long names. They describe the entry that follows.
    if ('xgLK'.includes(kind)) {
      if (sizeBytes > longNameBytesMax) this.#refuse('an entry whose name is too long');
      this.#long = { kind, sizeBytes, pieces: [] };
      if (this.#skip === 0) this.#endLong();
      return;
    }
    const prefix = textAt(block, 345, 155);
    const short = textAt(block, 0, 100);
    const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
    const path = this.#paths.path ?? (isUstar && prefix !== '' ? `${prefix}/${short}` : short);
    const target = this.#paths.linkpath ?? textAt(block, 157, 100);
    // A size from the attributes replaces the header's (files over 8 GiB).
    if (this.#paths.size !== undefined) this.#skip = Math.ceil(this.#paths.size / blockBytes) * blockBytes;
    this.#paths = {};
    // Programs differ in whether they skip such bytes: what one takes for them is an entry for the other.
    if (kind !== '0' && kind !== '\0' && this.#skip > 0)
      this.#refuse(`${JSON.stringify(path)}, a link or folder with contents`);
    this.#check(kind, path, target);
  }

  #endLong() {
    if (this.#long === undefined) return;
    const { kind, sizeBytes, pieces } = this.#long;
    this.#long = undefined;
    const bytes = Buffer.concat(pieces).subarray(0, sizeBytes);
    if (kind === 'L') this.#paths.path = textAt(bytes, 0, bytes.length);
    else if (kind === 'K') this.#paths.linkpath = textAt(bytes, 0, bytes.length);
    else if (kind === 'x') Object.assign(this.#paths, this.#attributes(bytes));
    else this.#globals(bytes);
  }

  /** Attributes for all entries could rename them behind our back; our own tars carry none. */
  #globals(bytes) {
    if (Object.keys(this.#attributes(bytes)).length > 0) this.#refuse('names for all entries at once');
  }

  #attributes(bytes) {
    const { sparse, ...found } = paxRecords(bytes);
    // They can rename an entry, too.
    if (sparse) this.#refuse('a file with holes');
    return found;
  }

  #check(kind, path, target) {
    const { isRoot } = this.#options;
    if (!(isRoot ? rootKinds : plainKinds).has(kind))
      this.#refuse(`${JSON.stringify(path)}, which is neither file, folder nor link`);
    if (leadsOut(path)) this.#refuse(`${JSON.stringify(path)}, which leads out of its folder`);
    if (kind === '1' && leadsOut(target))
      this.#refuse(`${JSON.stringify(path)}, a link to ${JSON.stringify(target)} outside its folder`);
    // The engine's root file system is full of absolute links; they count from its own root.
    if (
      kind === '2' &&
      !(isRoot && target.startsWith('/')) &&
      leadsOut(posix.join(posix.dirname(path), target), target)
    )
      this.#refuse(`${JSON.stringify(path)}, a link to ${JSON.stringify(target)} outside its folder`);
  }

  #refuse(what) {
    const { name, path } = this.#options;
    throw new BundleRefusal(
      `Expected the part "${name}" of ${path} to stay in its own folder; it contains ${what}. This is not a bundle that "catalogue export" wrote: do not use it.`,
    );
  }
}

function leadsOut(path, original = path) {
  if (original.startsWith('/') || path.startsWith('/')) return true;
  const normal = posix.normalize(path);
  return normal === '..' || normal.startsWith('../');
}

function hasRightSum(block) {
  let sum = 0;
  for (let at = 0; at < blockBytes; at += 1) sum += at >= 148 && at < 156 ? 0x20 : block[at];
  return Number.parseInt(textAt(block, 148, 8).trim(), 8) === sum;
}

function textAt(block, at, bytes) {
  const field = block.subarray(at, at + bytes);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** Octal, or with the top bit set a big-endian number. */
function sizeOf(block) {
  if ((block[124] & 0x80) !== 0) return Number(block.readBigUInt64BE(128));
  return Number.parseInt(textAt(block, 124, 12).trim() || '0', 8);
}

/** `LENGTH KEY=VALUE\n`, where the length counts bytes and itself. */
function paxRecords(bytes) {
  const found = {};
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (space === -1 || !(length > 0) || at + length > bytes.length) break;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === 'path' || key === 'linkpath') found[key] = value;
    if (key === 'size') found.size = Number(value);
    if (key.startsWith('GNU.sparse')) found.sparse = true;
    at += length;
  }
  return found;
}

/** Where links really end, after all of them are there. */
async function checkLinks(folder, { name, path }) {
  const root = await realpath(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath ?? entry.path, entry.name);
    const end = await realpath(link).catch(() => undefined);
    if (end === root || end?.startsWith(root + sep)) continue;
    throw new BundleRefusal(
      `Expected the part "${name}" of ${path} to stay in its own folder; its link ${link.slice(folder.length + 1)} leads ${end === undefined ? 'nowhere' : 'out of it'}. This is not a bundle that "catalogue export" wrote: do not use it.`,
    );
  }
}
