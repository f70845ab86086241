/**
 * The index of every layer that was asked for: walked once per diff id, kept in memory, and on disk when it was costly.
 * Callers that ask for the same layer at the same time share one walk.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { constants, gunzip, gzip } from 'node:zlib';
import type { IndexJob, SearchJob, WorkerReply } from './layer-worker.ts';
import type { LayerPlace } from './protocol.ts';

const workersCount = 2;
const workerMemoryMb = 1024;
const memoryBytesMax = 192 * 1024 * 1024;
/** Of the list of folders that hide what is below them; a hundred thousand fit. What comes after them is left out. */
const attributesBytesMax = 16 * 1024 * 1024;
/** An index that took longer than this is worth a file. */
const costlyMs = 200;
const keptOnDiskMs = 30 * 24 * 60 * 60_000;
/** Where overlay2 keeps a layer's files; above it, nothing of the engine's own has this name. */
const layerFolder = '/diff';
const exec = promisify(execFile);
/** A walk that says something else of the same layer has another text: what an earlier one left is not read. */
const walkedBy = createHash('sha256')
  .update(readFileSync(new URL('./layer-walk.ts', import.meta.url)))
  .digest('hex')
  .slice(0, 8);

/** Of the JSON that the worker makes; what is told of a layer as a whole stands before it. */
const beforeEntries = '"entries":[';

interface Running {
  resolve: (json: Buffer) => void;
  reject: (error: Error) => void;
}

/** A thread with the jobs it was given; one that breaks is replaced, and only its own jobs fail. */
class Reader {
  readonly #running = new Map<number, Running>();
  #worker: Worker | undefined;
  #lastId = 0;

  get load(): number {
    return this.#running.size;
  }

  run(job: IndexJob | SearchJob, signal: AbortSignal): Promise<Buffer> {
    this.#lastId += 1;
    const id = this.#lastId;
    const cancel = new SharedArrayBuffer(4);
    const stop = (): void => {
      Atomics.store(new Int32Array(cancel), 0, 1);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    return new Promise<Buffer>((resolve, reject) => {
      this.#running.set(id, { resolve, reject });
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, job, cancel });
    }).finally(() => signal.removeEventListener('abort', stop));
  }

  #start(): Worker {
    const worker = new Worker(new URL('./layer-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: workerMemoryMb },
    });
    worker.on('message', (reply: WorkerReply) => {
      const running = this.#running.get(reply.id);
      this.#running.delete(reply.id);
      if ('json' in reply)
        running?.resolve(Buffer.from(reply.json.buffer, reply.json.byteOffset, reply.json.byteLength));
      else running?.reject(new Error(reply.error));
    });
    // Out of memory, most likely.
    worker.on('error', (error) => this.#broke(error as Error));
    return worker;
  }

  #broke(error: Error): void {
    this.#worker = undefined;
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const { reject } of running) reject(new Error(`A layer could not be read: ${error.message}`));
  }
}

export interface LayersOptions {
  dataRoot: string;
  indexDir: string;
  idBase: number;
  entriesMax: number;
  namesBytesMax: number;
  answerBytesMax: number;
  /** One layer may take this long; a sparse file of a terabyte takes longer. */
  timeoutMs: number;
}

export class Layers {
  readonly #options: LayersOptions;
  readonly #readers = Array.from({ length: workersCount }, () => new Reader());
  /** Least recently used first. */
  readonly #kept = new Map<string, Buffer>();
  readonly #walking = new Map<string, Promise<Buffer>>();
  #keptBytes = 0;

  constructor(options: LayersOptions) {
    this.#options = options;
    mkdirSync(options.indexDir, { recursive: true });
    dropOldFiles(options.indexDir);
  }

  /** JSON of a `LayerIndex[]`, in the order asked for. A walk once begun is finished even if its caller leaves. */
  async index(places: LayerPlace[]): Promise<Buffer[]> {
    for (const place of places) this.#check(place);
    const cold = places.filter(({ diffId }) => !this.#kept.has(diffId) && !this.#walking.has(diffId));
    const opaque = cold.length === 0 ? undefined : opaqueDirs(cold);
    return cutAfter(this.#options.answerBytesMax, await Promise.all(places.map((place) => this.#one(place, opaque))));
  }

  #one(place: LayerPlace, opaque: Promise<Map<string, string[]>> | undefined): Promise<Buffer> {
    const kept = this.#kept.get(place.diffId);
    if (kept !== undefined) {
      this.#kept.delete(place.diffId);
      this.#kept.set(place.diffId, kept);
      return Promise.resolve(kept);
    }
    let walking = this.#walking.get(place.diffId);
    if (walking === undefined) {
      walking = this.#make(place, opaque).finally(() => this.#walking.delete(place.diffId));
      this.#walking.set(place.diffId, walking);
    }
    return walking;
  }

  async #make({ diffId, dir }: LayerPlace, opaque: Promise<Map<string, string[]>> | undefined): Promise<Buffer> {
    const file = join(this.#options.indexDir, `${diffId.slice('sha256:'.length)}.${walkedBy}.json.gz`);
    let json = await fromDisk(file);
    if (json === undefined) {
      const started = performance.now();
      const hidden = (await opaque)?.get(dir) ?? [];
      const { idBase, entriesMax, namesBytesMax, timeoutMs } = this.#options;
      const job = { kind: 'index', dir, diffId, idBase, entriesMax, namesBytesMax } as const;
      json = await this.#reader().run({ ...job, opaque: hidden }, AbortSignal.timeout(timeoutMs));
      if (performance.now() - started > costlyMs) await toDisk(file, json);
    }
    this.#keep(diffId, json);
    return json;
  }

  #keep(diffId: string, json: Buffer): void {
    this.#kept.set(diffId, json);
    this.#keptBytes += json.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#keptBytes <= memoryBytesMax) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
  }

  /** JSON of a `LayerMatch[]` per layer. */
  async search(places: LayerPlace[], needle: string, signal: AbortSignal): Promise<Buffer[]> {
    for (const place of places) this.#check(place);
    return Promise.all(
      places.map(({ diffId, dir }) => this.#reader().run({ kind: 'search', dir, diffId, needle }, signal)),
    );
  }

  #reader(): Reader {
    return this.#readers.reduce((least, reader) => (reader.load < least.load ? reader : least));
  }

  #check({ diffId, dir }: LayerPlace): void {
    if (!/^sha256:[0-9a-f]{64}$/.test(diffId)) throw new Error(`Not a diff id: ${diffId}`);
    if (resolve(dir) !== dir || !dir.startsWith(`${this.#options.dataRoot}/`) || !dir.endsWith(layerFolder)) {
      throw new Error(`Not a layer's directory in the engine's data root: ${dir}`);
    }
  }
}

/** Of layers that do not fit any more, what comes before the list of their files. */
export function cutAfter(bytesMax: number, layers: Buffer[]): Buffer[] {
  let bytes = 0;
  return layers.map((json) => {
    bytes += json.length;
    if (bytes <= bytesMax) return json;
    bytes -= json.length;
    const head = json.subarray(0, json.indexOf(beforeEntries));
    return Buffer.concat([head, Buffer.from(`${beforeEntries}],"truncated":true}`)]);
  });
}

async function fromDisk(file: string): Promise<Buffer | undefined> {
  try {
    const json = await promisify(gunzip)(await readFile(file));
    await utimes(file, new Date(), new Date());
    return json;
  } catch {
    return undefined;
  }
}

async function toDisk(file: string, json: Buffer): Promise<void> {
  try {
    const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    await writeFile(temporary, await promisify(gzip)(json, { level: constants.Z_BEST_SPEED }));
    await rename(temporary, file);
  } catch (error) {
    console.error('agent: an index of a layer could not be kept:', error);
  }
}

function dropOldFiles(dir: string): void {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    const ageMs = Date.now() - statSync(path).mtimeMs;
    const whole = name.endsWith(`.${walkedBy}.json.gz`);
    if (ageMs > keptOnDiskMs || (!whole && ageMs > 60_000)) rmSync(path, { force: true });
  }
}

/** Node can't read extended attributes; one `getfattr` looks through all layers that are new. */
async function opaqueDirs(places: LayerPlace[]): Promise<Map<string, string[]>> {
  const pattern = '^trusted\\.overlay\\.opaque$';
  const args = ['-R', '-P', '-h', '-d', '--absolute-names', '-m', pattern, '--', ...places.map(({ dir }) => dir)];
  const options = { maxBuffer: attributesBytesMax, env: { ...process.env, LC_ALL: 'C' } };
  // It fails when some path is too long to be read, having told about all the others.
  const { stdout } = await exec('getfattr', args, options).catch((error: { stdout: string }) => error);
  return parseOpaque(
    stdout,
    places.map(({ dir }) => dir),
  );
}

/** `getfattr` output as paths within the image, by layer directory. Names are escaped as `\ooo`. */
export function parseOpaque(output: string, dirs: string[]): Map<string, string[]> {
  const known = new Set(dirs);
  const found = new Map<string, string[]>();
  for (const block of output.split('\n\n')) {
    const path = /^# file: (.+)$/m.exec(block)?.[1];
    if (path === undefined || !/^trusted\.overlay\.opaque="y"$/m.test(block)) continue;
    const bytes = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const plain = Buffer.from(bytes, 'latin1').toString('utf8');
    const dir = plain.slice(0, plain.indexOf(`${layerFolder}/`) + layerFolder.length);
    if (!known.has(dir)) continue;
    const paths = found.get(dir) ?? [];
    paths.push(plain.slice(dir.length));
    found.set(dir, paths);
  }
  return found;
}
