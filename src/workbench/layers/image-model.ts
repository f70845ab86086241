/**
 * Where every byte of an image comes from: each file with the layer that brought it, and those that a container can't
 * see with the layer that hides them. Pure; the rules are the grader's own (`mergeLayers`, `wastedIn`).
 */
import { instructionOf } from '../../../grader/contract/instruction-of.ts';
import type { ImageLayers, LayerEntry } from '../../../grader/contract/layers.ts';
import { canonicalPath, mergeLayers } from '../../../grader/contract/merge-layers.ts';
import { bytesOf, wastedIn } from '../../../grader/contract/wasted.ts';

export interface ImageLayer {
  /** From the bottom up. */
  index: number;
  line: number | undefined;
  fromBase: boolean;
  /** As its author wrote it: `RUN npm ci`. */
  instruction: string;
  sizeBytes: number;
  /** Undefined where its files are not listed. */
  entries: readonly LayerEntry[] | undefined;
  unlisted: 'too_many' | 'not_kept' | undefined;
}

/**
 * `base`: as the base brought it. `added`, `changed`: by the Dockerfile, where nothing was, or over something.
 * `deleted`, `overwritten`: bytes that are shipped all the same, and that no container sees.
 */
export type FileKind = 'base' | 'added' | 'changed' | 'deleted' | 'overwritten';
export const fileKinds = ['base', 'added', 'changed', 'deleted', 'overwritten'] as const satisfies readonly FileKind[];
export const isHidden = (kind: FileKind) => kind === 'deleted' || kind === 'overwritten';

export interface ImageFile {
  path: string;
  type: LayerEntry['type'];
  kind: FileKind;
  /** What it adds to the image: nothing for links. */
  sizeBytes: number;
  layer: number;
  /** The layer that hides it; undefined where the base did that by itself. */
  hider: number | undefined;
  entry: LayerEntry;
}

export interface WastePart {
  owner: number;
  hider: number;
  deleted: boolean;
  bytes: number;
  count: number;
  /** The largest file of it. */
  path: string;
}

export interface ImageModel {
  sizeBytes: number;
  baseImage: string | undefined;
  layers: ImageLayer[];
  /** Whether the files of every layer are listed; without, nobody can tell what is wasted. */
  complete: boolean;
  /** Files, links and others, not folders; those that are hidden too. */
  files: ImageFile[];
  baseBytes: number;
  ownBytes: number;
  wastedBytes: number;
  /** The largest first. */
  waste: WastePart[];
}

/** @param entriesOf by diff id, where they are listed */
export function imageModel(image: ImageLayers, entriesOf: ReadonlyMap<string, readonly LayerEntry[]>): ImageModel {
  const layers = image.layers.map((layer, index): ImageLayer => {
    const entries = layer.diffId === undefined ? undefined : entriesOf.get(layer.diffId);
    return {
      ...{ index, line: layer.line, fromBase: layer.fromBase, sizeBytes: layer.sizeBytes, entries },
      instruction: instructionOf(layer.createdBy).replace(/\s+/g, ' ').trim(),
      unlisted: entries !== undefined ? undefined : layer.files === 'too_many' ? 'too_many' : 'not_kept',
    };
  });
  const listed = layers.map((layer) => ({
    index: layer.index,
    fromBase: layer.fromBase,
    entries: layer.entries ?? [],
  }));
  const complete = layers.every(({ entries }) => entries !== undefined);
  const merged = mergeLayers(listed);
  const { bytes, wasted } = complete ? wastedIn({ layers: listed, files: merged }) : { bytes: 0, wasted: [] };
  const hiders = new Map(
    wasted.map(({ path, owner, hider, deleted }) => [`${owner?.index} ${path}`, { by: hider?.index, deleted }]),
  );
  const sum = (fromBase: boolean) =>
    layers.reduce((all, layer) => all + (layer.fromBase === fromBase ? layer.sizeBytes : 0), 0);
  return {
    ...{ sizeBytes: image.sizeBytes, baseImage: image.baseImage, layers, complete },
    files: filesOf(listed, merged, hiders),
    ...{ baseBytes: sum(true), ownBytes: sum(false), wastedBytes: bytes },
    waste: wasteParts(wasted),
  };
}

type Listed = { index: number; fromBase: boolean; entries: readonly LayerEntry[] };
type Hiders = ReadonlyMap<string, { by: number | undefined; deleted: boolean }>;

function filesOf(layers: readonly Listed[], merged: ReturnType<typeof mergeLayers>, hiders: Hiders): ImageFile[] {
  const files: ImageFile[] = [];
  const below = new Set<string>();
  for (const { index, fromBase, entries } of layers) {
    for (const entry of entries) {
      if (!isListed(entry)) continue;
      const path = canonicalPath(entry.path);
      const sizeBytes = bytesOf(entry);
      const own: FileKind = below.has(path) ? 'changed' : 'added';
      const visible = merged.get(path)?.layer === index;
      below.add(path);
      // A link that is gone took nothing with it.
      const file = { path, type: entry.type, sizeBytes, layer: index, entry };
      if (visible) files.push({ ...file, kind: fromBase ? 'base' : own, hider: undefined });
      else if (sizeBytes > 0) files.push({ ...file, ...hiddenBy(hiders.get(`${index} ${entry.path}`)) });
    }
  }
  return files;
}

const isListed = ({ type }: LayerEntry) => type === 'file' || type === 'symlink' || type === 'other';

const hiddenBy = (hider: ReturnType<Hiders['get']>): Pick<ImageFile, 'kind' | 'hider'> => ({
  kind: hider?.deleted ? 'deleted' : 'overwritten',
  hider: hider?.by,
});

function wasteParts(wasted: ReturnType<typeof wastedIn<Listed>>['wasted']): WastePart[] {
  const parts = new Map<string, WastePart>();
  for (const { path, sizeBytes, owner, hider, deleted } of wasted) {
    if (owner === undefined || hider === undefined || sizeBytes === 0) continue;
    const key = `${owner.index} ${hider.index} ${deleted}`;
    const part = parts.get(key);
    // They come the largest first.
    if (part === undefined) {
      parts.set(key, { owner: owner.index, hider: hider.index, deleted, bytes: sizeBytes, count: 1, path });
    } else {
      part.bytes += sizeBytes;
      part.count += 1;
    }
  }
  return [...parts.values()].sort((one, other) => other.bytes - one.bytes);
}
