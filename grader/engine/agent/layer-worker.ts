/** The thread that reads layers, so that the agent keeps answering while a gigabyte is walked. */
import { parentPort } from 'node:worker_threads';
import { type How, searchFile } from './layer-search.ts';
import { type Entry, type Found, gzipBytes, type WalkOptions, walk } from './layer-walk.ts';
import { findOpaque } from './opaque-folders.ts';

export interface IndexJob {
  kind: 'index';
  dir: string;
  diffId: string;
  idBase: number;
  entriesMax: number;
  namesBytesMax: number;
}

export interface SearchJob {
  kind: 'search';
  dir: string;
  diffId: string;
  needle: string;
}

export interface WorkerRequest {
  id: number;
  job: IndexJob | SearchJob;
  /** One 32-bit flag; not zero means stop. */
  cancel: SharedArrayBuffer;
}

export type WorkerReply = { id: number; json: Uint8Array } | { id: number; error: string };

async function index(job: IndexJob, cancelled: () => boolean): Promise<string> {
  const options: WalkOptions = { dir: job.dir, idBase: job.idBase, cancelled };
  const entries: Entry[] = [];
  let namesBytes = 0;
  let truncated = false;
  let sizeBytes = 0;
  const list = (entry: Entry): void => {
    namesBytes += entry.path.length + (entry.linkTarget?.length ?? 0);
    if (entries.length < job.entriesMax && namesBytes <= job.namesBytesMax) entries.push(entry);
    else truncated = true;
  };
  const opaque = findOpaque(job.dir);
  if (opaque.isCut) truncated = true;
  for (const path of opaque.paths) list({ path, type: 'opaque', sizeBytes: 0, mode: 0, uid: 0, gid: 0 });
  const gap = (): void => {
    truncated = true;
  };
  function* counted(): Generator<Found> {
    for (const found of walk(options, gap)) {
      if (found.firstName) sizeBytes += found.entry.sizeBytes;
      list(found.entry);
      yield found;
    }
  }
  const compressedBytes = await gzipBytes(counted(), cancelled);
  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return JSON.stringify({ diffId: job.diffId, sizeBytes, compressedBytes, entries, truncated });
}

async function search(job: SearchJob, cancelled: () => boolean): Promise<string> {
  const matches: { diffId: string; path: string; how: How }[] = [];
  for (const found of walk({ dir: job.dir, idBase: 0, cancelled }, () => {})) {
    if (found.entry.type !== 'file' || !found.firstName) continue;
    const how = await searchFile(found, job.needle, cancelled);
    if (how !== undefined) matches.push({ diffId: job.diffId, path: found.entry.path, how });
  }
  return JSON.stringify(matches);
}

parentPort?.on('message', async ({ id, job, cancel }: WorkerRequest) => {
  const flag = new Int32Array(cancel);
  const cancelled = (): boolean => Atomics.load(flag, 0) !== 0;
  let reply: WorkerReply;
  try {
    const text = job.kind === 'index' ? await index(job, cancelled) : await search(job, cancelled);
    reply = { id, json: Buffer.from(text, 'utf8') };
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
});
