/**
 * Bytes that an image ships and no container can see: files that a later layer of this Dockerfile overwrites or deletes.
 * What the base image wastes by itself is not counted; a file of the base that is hidden is.
 */
import type { LayerEntry } from './layers.ts';
import type { MergedFiles } from './merge-layers.ts';

interface LayerOfFiles {
  fromBase: boolean;
  entries: readonly LayerEntry[];
}

export interface Waste<Layer> {
  path: string;
  sizeBytes: number;
  owner: Layer | undefined;
  /** The first layer above that hides it. */
  hider: Layer | undefined;
  deleted: boolean;
}

export interface Wasted<Layer> {
  bytes: number;
  /** Of all files of all layers. */
  totalBytes: number;
  /** The largest first. */
  wasted: Waste<Layer>[];
}

/** @param image its layers from the bottom up, and its files as `mergeLayers` lays them over one another. */
export function wastedIn<Layer extends LayerOfFiles>({
  layers,
  files,
}: {
  layers: readonly Layer[];
  files: MergedFiles;
}): Wasted<Layer> {
  const hiders = hidersOf(layers);
  const seenInBase = new Set<string>();
  const wasted: Waste<Layer>[] = [];
  let totalBytes = 0;
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = layers[index];
    for (const entry of layer?.entries ?? []) {
      const { path } = entry;
      if (entry.type !== 'file') continue;
      const sizeBytes = bytesOf(entry);
      totalBytes += sizeBytes;
      if (files.get(path)?.layer === index) continue;
      // Hidden by the base itself: not this Dockerfile's doing.
      if (layer?.fromBase && seenInBase.has(path)) continue;
      if (layer?.fromBase) seenInBase.add(path);
      const by = hiderOf(path, { above: index, hiders });
      if (by === undefined) continue;
      wasted.push({ path, sizeBytes, owner: layer, hider: layers[by.layer], deleted: by.deleted });
    }
  }
  wasted.sort((one, other) => other.sizeBytes - one.sizeBytes || one.path.localeCompare(other.path));
  return { bytes: wasted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), totalBytes, wasted };
}

/** What an entry adds to its layer: a further name of a file adds nothing. */
export function bytesOf({ type, sizeBytes, linked }: Pick<LayerEntry, 'type' | 'sizeBytes' | 'linked'>): number {
  return type === 'file' && linked !== true ? sizeBytes : 0;
}

interface Hider {
  layer: number;
  deleted: boolean;
  /** Of folders, only what is below is hidden. */
  belowOnly: boolean;
}

/** Per path what the Dockerfile's own layers do to it, from the bottom up. */
function hidersOf(layers: readonly LayerOfFiles[]): Map<string, Hider[]> {
  const hiders = new Map<string, Hider[]>();
  layers.forEach((layer, index) => {
    if (layer.fromBase) return;
    for (const entry of layer.entries) {
      if (entry.type === 'directory') continue;
      const hider = { layer: index, deleted: isDeletion(entry), belowOnly: entry.type === 'opaque' };
      hiders.set(entry.path, [...(hiders.get(entry.path) ?? []), hider]);
    }
  });
  return hiders;
}

function isDeletion({ type }: LayerEntry): boolean {
  return type === 'whiteout' || type === 'opaque';
}

/** What hides a path is the path itself or a folder above it. */
function hiderOf(
  path: string,
  { above, hiders }: { above: number; hiders: ReadonlyMap<string, Hider[]> },
): Hider | undefined {
  let first: Hider | undefined;
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = hiders.get(at)?.find(({ layer, belowOnly }) => layer > above && (at !== path || !belowOnly));
    if (found !== undefined && (first === undefined || found.layer < first.layer)) first = found;
  }
  return first;
}
