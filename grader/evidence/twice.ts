/**
 * Builds the same sources twice, the second time without any cached step, and says in what the two images differ.
 *
 * Absent on purpose: a registry's rewriting of times. This image store keeps files with the times that the build gave them.
 */

import { buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { LayerEntry, Slot } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { pause } from '../unless-aborted.ts';
import type { ImageEvidence, TwiceEvidence } from './evidence.ts';
import { collectImage, type EngineAccess } from './image.ts';
import { plainText } from './plain-text.ts';
import { type ReadEntry, readEntries } from './read-files.ts';
import type { BuiltFrom } from './rebuild.ts';

export interface TwiceRequest {
  builtFrom: BuiltFrom;
  model: DockerfileModel;
  baseImageId: string | undefined;
  /** Given to both builds as the argument SOURCE_DATE_EPOCH, in seconds. */
  sourceDateEpoch: number | undefined;
}

type Access = EngineAccess & { slot: Pick<Slot, 'cgroupParent' | 'putOff'> };

/** Times of files are in whole seconds in an archive: two builds within one would look the same. */
const APART_MS = 1_100;

export async function buildTwice(request: TwiceRequest, access: Access): Promise<TwiceEvidence> {
  const tags: (string | undefined)[] = [];
  try {
    // A cached COPY is chosen by contents and brings the times of the build that made it.
    const noCache = request.sourceDateEpoch !== undefined;
    const first = await buildOne(request, { noCache, tags }, access);
    if ('failed' in first) return first.failed;
    await pause(APART_MS, access.signal);
    const second = await buildOne(request, { noCache: true, tags }, access);
    if ('failed' in second) return second.failed;
    const sameImage = first.image.id === second.image.id;
    return { ok: true, sameImage, ...(await compareImages([first.image, second.image], access)) };
  } finally {
    // Not before: their files are read to compare them.
    for (const tag of tags) access.slot.putOff(() => removeBuiltImage(access.engine, tag));
  }
}

type One = { image: ImageEvidence } | { failed: TwiceEvidence };

async function buildOne(
  request: TwiceRequest,
  { noCache, tags }: { noCache: boolean; tags: (string | undefined)[] },
  access: Access,
): Promise<One> {
  const { builtFrom, model, baseImageId, sourceDateEpoch } = request;
  const epoch: Record<string, string> =
    sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: `${sourceDateEpoch}` };
  const buildArgs = { ...builtFrom.buildArgs, ...epoch };
  const timeoutMs = limits.evidence.phaseTimeoutMs;
  const built = await buildImage({ ...builtFrom, buildArgs, model, noCache, timeoutMs }, access);
  tags.push(built.imageTag);
  if (built.imageId === undefined) {
    const message = built.failure && (plainText(built.failure.raw, 1_000).trim() || built.failure.reason);
    return { failed: { ok: false, message, sameImage: false, sameLayers: false, differences: [], notCompared: 0 } };
  }
  return { image: await collectImage({ imageId: built.imageId, dockerfile: model, baseImageId }, access) };
}

type Pair = [ImageEvidence, ImageEvidence];
type Compared = Pick<TwiceEvidence, 'sameLayers' | 'differences' | 'notCompared'>;

async function compareImages(images: Pair, access: Access): Promise<Compared> {
  const [first, second] = images;
  const count = Math.max(first.layers.length, second.layers.length);
  const differing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => first.layers[index]?.diffId !== second.layers[index]?.diffId,
  );
  const { differences, toRead } = compareEntries(images, differing);
  const paths = toRead.slice(0, limits.evidence.comparedFilesMax);
  const bytesMax = limits.evidence.comparedFileBytesMax;
  const read = async (image: ImageEvidence) =>
    readEntries({ image, paths: paths.map(({ path }) => path), bytesMax, slot: access.slot }, access);
  const contents = [await read(first), await read(second)] as const;
  for (const { path, line } of paths) {
    const what = differenceOf(contents[0].get(path), contents[1].get(path));
    if (what !== undefined) differences.push({ path, line, what });
  }
  return { sameLayers: differing.length === 0, differences, notCompared: toRead.length - paths.length };
}

interface Place {
  path: string;
  line: number | undefined;
}

/** What the layers' lists already tell, and which paths have to be opened to know more. */
export function compareEntries(
  [first, second]: Pair,
  layers: readonly number[],
): { differences: TwiceEvidence['differences']; toRead: Place[] } {
  const differences: TwiceEvidence['differences'] = [];
  const toRead: Place[] = [];
  for (const index of layers) {
    const line = first.layers[index]?.line ?? second.layers[index]?.line;
    const others = new Map(second.layers[index]?.entries.map((entry) => [entry.path, entry]));
    for (const entry of first.layers[index]?.entries ?? []) {
      const other = others.get(entry.path);
      others.delete(entry.path);
      const what = other === undefined ? 'only-one' : listedDifference(entry, other);
      if (what !== undefined) differences.push({ path: entry.path, line, what });
      else if (entry.type === 'file' || entry.type === 'directory') toRead.push({ path: entry.path, line });
    }
    for (const path of others.keys()) differences.push({ path, line, what: 'only-one' });
  }
  return { differences, toRead };
}

function listedDifference(one: LayerEntry, other: LayerEntry): 'content' | 'mode' | undefined {
  if (one.type !== other.type || one.sizeBytes !== other.sizeBytes || one.linkTarget !== other.linkTarget)
    return 'content';
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid ? undefined : 'mode';
}

function differenceOf(one: ReadEntry | undefined, other: ReadEntry | undefined): 'content' | 'time' | undefined {
  // Hidden by a later layer: then the one that hides it is what counts.
  if (one === undefined || other === undefined) return undefined;
  if (!one.content.equals(other.content)) return 'content';
  return one.modifiedSeconds === other.modifiedSeconds ? undefined : 'time';
}
