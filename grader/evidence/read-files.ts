/**
 * Reads the beginnings of a few files of an image, by way of a container that is never started.
 *
 * Absent on purpose: nothing is run, links are not followed, and no more is read than was asked for.
 */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Container } from 'dockerode';
import type { Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { OWNER_LABEL, ownerId } from '../owner.ts';
import { containerSpec } from './container-spec.ts';
import type { ImageEvidence } from './evidence.ts';
import type { EngineAccess } from './image.ts';
import type { RunSettings } from './need.ts';
import { removeContainer, statusOf } from './remove-containers.ts';

export interface FilesToRead {
  image: Pick<ImageEvidence, 'id'> & { config: Pick<ImageEvidence['config'], 'volumes' | 'workingDir'> };
  /** Absolute, with their folders' links resolved. */
  paths: readonly string[];
  /** Of each. */
  bytesMax: number;
  slot: Pick<Slot, 'cgroupParent' | 'putOff'>;
}

const neverRun: RunSettings = { port: 1, env: {}, hosts: [], readOnly: true, readyPath: '/', readyTimeoutMs: 1 };

/**
 * The beginnings by path; a path that is no regular file, or isn't there, is missing.
 * @throws StagecraftError `engine_unavailable` (retryable)
 */
export async function readFiles(wanted: FilesToRead, access: EngineAccess): Promise<Map<string, Buffer>> {
  const entries = [...(await readEntries(wanted, access))].filter(([, { type }]) => type === 'file');
  return new Map(entries.map(([path, { content }]) => [path, content]));
}

/** What an archive says of one path. */
export interface ReadEntry {
  type: 'file' | 'other';
  /** Of a file, as much as was asked for; empty for anything else. */
  content: Buffer;
  modifiedSeconds: number;
}

/** The same for folders and links too, with the time of each. @throws StagecraftError as `readFiles` */
export async function readEntries(
  wanted: FilesToRead,
  { engine, signal }: EngineAccess,
): Promise<Map<string, ReadEntry>> {
  const found = new Map<string, ReadEntry>();
  const { image, slot } = wanted;
  if (wanted.paths.length === 0 || image.config.volumes.length > limits.run.volumesMax) return found;
  const name = `read-${randomBytes(8).toString('hex')}`;
  const spec = containerSpec({
    ...{ name, imageId: image.id, run: neverRun, cgroupParent: slot.cgroupParent, network: engine.network },
    ...{ volumes: image.config.volumes, workingDir: image.config.workingDir },
    labels: { [OWNER_LABEL]: ownerId() },
  });
  try {
    signal.throwIfAborted();
    // Without any command a container can't even be created.
    const container = await engine.docker.createContainer({ ...spec, Entrypoint: [], Cmd: ['/never-run'] });
    for (const path of wanted.paths) {
      const entry = await readBeginning(container, path, { bytesMax: wanted.bytesMax, signal });
      if (entry !== undefined) found.set(path, entry);
    }
    return found;
  } catch (cause) {
    signal.throwIfAborted();
    const message = 'The files of the built image could not be read from the sandbox engine. Try again.';
    throw new StagecraftError('engine_unavailable', message, { retryable: true, cause });
  } finally {
    slot.putOff(() => removeContainer(engine.docker, name));
  }
}

async function readBeginning(
  container: Container,
  path: string,
  { bytesMax, signal }: { bytesMax: number; signal: AbortSignal },
): Promise<ReadEntry | undefined> {
  let stream: Readable;
  try {
    stream = (await container.getArchive({ path, abortSignal: signal })) as Readable;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      // Two headers may stand before the content, one for a long name.
      if (bytes >= bytesMax + 4096) break;
    }
  } finally {
    stream.destroy();
  }
  const entry = firstEntry(Buffer.concat(chunks));
  return entry && { ...entry, content: entry.content.subarray(0, bytesMax) };
}

const BLOCK = 512;

/** Pure: the first entry of a tar, its content as far as it is there; undefined when there is none. */
export function firstEntry(tar: Buffer): ReadEntry | undefined {
  const octal = (from: number, to: number): number =>
    Number.parseInt(tar.toString('latin1', from, to).replace(/\0.*$/, '').trim() || '0', 8);
  let at = 0;
  while (at + BLOCK <= tar.length) {
    const type = String.fromCharCode(tar[at + 156] ?? 0);
    const size = octal(at + 124, at + 136);
    // What describes the next entry, of which there is at most one of each kind.
    if ('xgLK'.includes(type) && !Number.isNaN(size)) {
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
      continue;
    }
    const isFile = type === '0' || type === '\0';
    // A large file's size is not octal; as much as there is will do.
    const end = Number.isNaN(size) ? tar.length : at + BLOCK + size;
    const content = isFile ? tar.subarray(at + BLOCK, end) : Buffer.alloc(0);
    return { type: isFile ? 'file' : 'other', content, modifiedSeconds: octal(at + 136, at + 148) };
  }
  return undefined;
}
