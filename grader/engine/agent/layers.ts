/**
 * The index of every layer that was asked for: walked once per diff id, kept in memory, and on disk when it was costly.
 * Callers that ask for the same layer at the same time share one walk.
 */
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
/** An index that took longer than this is worth a file. */
const costlyMs = 200;
const keptOnDiskMs = 30 * 24 * 60 * 60_000;
/** A walk that says something else of the same layer has another text: what an earlier one left is not read. */
const walkedBy = ['layer-walk.ts', 'layer-worker.ts', 'opaque-folders.ts']
  .reduce((hash, name) => hash.update(readFileSync(new URL(name, import.meta.url))), createHash('sha256'))
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
    return cutAfter(this.#options.answerBytesMax, await Promise.all(places.map((place) => this.#one(place))));
  }

  #one(place: LayerPlace): Promise<Buffer> {
    const kept = this.#kept.get(place.diffId);
    if (kept !== undefined) {
      this.#kept.delete(place.diffId);
      this.#kept.set(place.diffId, kept);
      return Promise.resolve(kept);
    }
    let walking = this.#walking.get(place.diffId);
    if (walking === undefined) {
      walking = this.#make(place).finally(() => this.#walking.delete(place.diffId));
      this.#walking.set(place.diffId, walking);
    }
    return walking;
  }

  async #make({ diffId, dir }: LayerPlace): Promise<Buffer> {
    const file = join(this.#options.indexDir, `${diffId.slice('sha256:'.length)}.${walkedBy}.json.gz`);
    let json = await fromDisk(file);
    if (json === undefined) {
      const started = performance.now();
      const { idBase, entriesMax, namesBytesMax, timeoutMs } = this.#options;
      const job = { kind: 'index', dir, diffId, idBase, entriesMax, namesBytesMax } as const;
      json = await this.#reader().run(job, AbortSignal.timeout(timeoutMs));
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
    if (resolve(dir) !== dir || !dir.startsWith(`${this.#options.dataRoot}/`) || !dir.endsWith('/diff')) {
      throw new Error(`Not a layer's directory in the engine's data root: ${dir}`);
    }
  }
}

/** Layers that do not fit any more are told without their files; see `LayerIndex.withheld`. */
export function cutAfter(bytesMax: number, layers: Buffer[]): Buffer[] {
  let bytes = 0;
  return layers.map((json) => {
    bytes += json.length;
    if (bytes <= bytesMax) return json;
    bytes -= json.length;
    const head = json.subarray(0, json.indexOf(beforeEntries));
    return Buffer.concat([head, Buffer.from(`${beforeEntries}],"truncated":true,"withheld":true}`)]);
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
