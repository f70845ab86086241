/** Collects what a build left in the engine's image store: config, history, layers and the final file system. */

import { mergeLayers } from '../contract/merge-layers.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Engine, LayerIndex } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { ImageEvidence } from './evidence.ts';
import { expectedEntries, finalChain, linesFor } from './history-lines.ts';
import { type InspectedImage, imageConfigFrom } from './image-config.ts';
import { type HistoryEntry, matchHistory } from './match-history.ts';

export interface ImageToCollect {
  imageId: string;
  /** To say which line made which layer; without it lines are undefined. */
  dockerfile: DockerfileModel | undefined;
  /** The catalogue image at the bottom, to tell its layers from the learner's; undefined for `scratch` or unknown. */
  baseImageId: string | undefined;
}

export interface EngineAccess {
  engine: Engine;
  signal: AbortSignal;
}

interface StoredImage {
  inspected: InspectedImage;
  history: HistoryEntry[];
}

/**
 * @throws StagecraftError `engine_unavailable` (retryable) when the image is gone or the engine does not answer.
 */
export async function collectImage(
  { imageId, dockerfile, baseImageId }: ImageToCollect,
  { engine, signal }: EngineAccess,
): Promise<ImageEvidence> {
  try {
    const [stored, layers, base] = await unlessAborted(
      Promise.all([
        readImage(imageId, engine),
        engine.layers(imageId, signal),
        baseImageId === undefined ? undefined : readBase(baseImageId, engine),
      ]),
      signal,
    );
    return assembleImage({ stored, layers, base, dockerfile });
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(error);
  }
}

/** The image config alone: all that starting a container needs to know. */
export async function inspectConfig(
  imageId: string,
  { engine, signal }: EngineAccess,
): Promise<ImageEvidence['config']> {
  try {
    const inspected = await unlessAborted(engine.docker.getImage(imageId).inspect(), signal);
    return imageConfigFrom((inspected as InspectedImage).Config);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): StagecraftError {
  return new StagecraftError(
    'engine_unavailable',
    'The built image could not be read from the sandbox engine. Try again.',
    { retryable: true, cause },
  );
}

/** Base images never change and are asked for by every build; a promise is kept per engine and image. */
const basesByEngine = new WeakMap<Engine, Map<string, Promise<StoredImage>>>();

/**
 * Reads a base image once, so that the first learner who builds on it does not wait: indexing a gigabyte takes half a
 * minute, afterwards it is free.
 */
export async function warmBaseImage(imageId: string, { engine, signal }: EngineAccess): Promise<void> {
  await Promise.all([readBase(imageId, engine), engine.layers(imageId, signal)]);
}

function readBase(imageId: string, engine: Engine): Promise<StoredImage> {
  let bases = basesByEngine.get(engine);
  if (bases === undefined) {
    bases = new Map();
    basesByEngine.set(engine, bases);
  }
  const known = bases.get(imageId);
  if (known !== undefined) return known;
  const read = readImage(imageId, engine);
  bases.set(imageId, read);
  read.catch(() => bases.delete(imageId));
  return read;
}

async function readImage(imageId: string, engine: Engine): Promise<StoredImage> {
  const image = engine.docker.getImage(imageId);
  const [inspected, history] = await Promise.all([image.inspect(), image.history()]);
  return { inspected: inspected as InspectedImage, history: historyFrom(history as RawHistory[]) };
}

interface RawHistory {
  CreatedBy?: string | null;
  Comment?: string | null;
  Size?: number | null;
}

/** The API lists the newest first. */
export function historyFrom(raw: readonly RawHistory[]): HistoryEntry[] {
  return raw
    .map(({ CreatedBy, Comment, Size }) => ({
      createdBy: CreatedBy ?? '',
      comment: Comment ?? '',
      sizeBytes: Size ?? 0,
    }))
    .reverse();
}

export interface ImageParts {
  stored: StoredImage;
  layers: readonly LayerIndex[];
  base: StoredImage | undefined;
  dockerfile: DockerfileModel | undefined;
}

/** Pure: the evidence from what the engine answered. */
export function assembleImage({ stored, layers, base, dockerfile }: ImageParts): ImageEvidence {
  const { inspected, history } = stored;
  const chain = dockerfile === undefined ? [] : finalChain(dockerfile);
  const expected = expectedEntries(chain, base?.inspected.Config?.OnBuild ?? []);
  const fromScratch = chain[0]?.rootBase === 'scratch';
  const baseEntries = countBaseEntries({ history, base, fromScratch, expected: expected.length });
  const lines = linesFor(
    history.slice(baseEntries).map(({ createdBy }) => createdBy),
    expected,
  );
  const lineOf = (index: number) => (index < baseEntries ? undefined : lines[index - baseEntries]);
  const layerOf = matchHistory(
    history,
    layers.map(({ sizeBytes }) => sizeBytes),
  );
  const baseLayers = countBaseLayers({ layers, base, fromBaseByHistory: layerOf.slice(0, baseEntries) });
  return {
    id: inspected.Id,
    sizeBytes: inspected.Size ?? 0,
    compressedBytes: layers.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
    architecture: inspected.Architecture ?? '',
    os: inspected.Os ?? '',
    ...(inspected.Variant && { variant: inspected.Variant }),
    config: imageConfigFrom(inspected.Config),
    history: history.map(({ createdBy, comment }, index) => ({
      createdBy,
      comment,
      emptyLayer: layerOf[index] === undefined,
      line: lineOf(index),
      fromBase: index < baseEntries,
    })),
    layers: layers.map(({ diffId, sizeBytes, entries, truncated, withheld }, index) => {
      const entry = layerOf.indexOf(index);
      return {
        diffId,
        // What `docker history` prints, so that a learner sees the same number; the index counts the same files.
        sizeBytes: history[entry]?.sizeBytes ?? sizeBytes,
        createdBy: history[entry]?.createdBy ?? '',
        line: entry < 0 ? undefined : lineOf(entry),
        fromBase: index < baseLayers,
        entries,
        truncated,
        withheld,
      };
    }),
    files: mergeLayers(layers),
  };
}

interface BaseEntries {
  history: readonly HistoryEntry[];
  base: StoredImage | undefined;
  fromScratch: boolean;
  expected: number;
}

/** How many history entries, from the oldest on, the base image brought. */
function countBaseEntries({ history, base, fromScratch, expected }: BaseEntries): number {
  if (base !== undefined && startsWith(history, base.history, (a, b) => a.createdBy === b.createdBy)) {
    return base.history.length;
  }
  if (fromScratch) return 0;
  // An image that isn't in the catalogue: whatever the Dockerfile's own chain does not explain came with it.
  return Math.max(0, history.length - expected);
}

interface BaseLayers {
  layers: readonly LayerIndex[];
  base: StoredImage | undefined;
  fromBaseByHistory: readonly (number | undefined)[];
}

function countBaseLayers({ layers, base, fromBaseByHistory }: BaseLayers): number {
  const baseDiffIds = base?.inspected.RootFS?.Layers ?? [];
  if (base !== undefined && startsWith(layers, baseDiffIds, (layer, diffId) => layer.diffId === diffId)) {
    return baseDiffIds.length;
  }
  return 1 + Math.max(-1, ...fromBaseByHistory.map((layer) => layer ?? -1));
}

function startsWith<A, B>(list: readonly A[], start: readonly B[], same: (a: A, b: B) => boolean): boolean {
  return (
    list.length >= start.length &&
    start.every((b, index) => {
      const a = list[index];
      return a !== undefined && same(a, b);
    })
  );
}
