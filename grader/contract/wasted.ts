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
    const hiderAbove = findHiders(hiders, index);
    for (const entry of layer?.entries ?? []) {
      const { path } = entry;
      if (entry.type !== 'file') continue;
      const sizeBytes = bytesOf(entry);
      totalBytes += sizeBytes;
      if (files.get(path)?.layer === index) continue;
      // Hidden by the base itself: not this Dockerfile's doing.
      if (layer?.fromBase && seenInBase.has(path)) continue;
      if (layer?.fromBase) seenInBase.add(path);
      const by = hiderAbove(path);
      if (by === undefined) continue;
      wasted.push({ path, sizeBytes, owner: layer, hider: layers[by.layer], deleted: by.deleted });
    }
  }
  wasted.sort((one, other) => other.sizeBytes - one.sizeBytes || (one.path < other.path ? -1 : 1));
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
      const known = hiders.get(entry.path);
      if (known === undefined) hiders.set(entry.path, [hider]);
      else known.push(hider);
    }
  });
  return hiders;
}

function isDeletion({ type }: LayerEntry): boolean {
  return type === 'whiteout' || type === 'opaque';
}

/**
 * What hides a path is the path itself or a folder above it. Folders are remembered: a thousand files in a folder that lies
 * a thousand folders deep would be a million looks.
 */
function findHiders(hiders: ReadonlyMap<string, Hider[]>, above: number): (path: string) => Hider | undefined {
  const ofFolders = new Map<string, Hider | undefined>([['', undefined]]);
  const ofFolder = (path: string): Hider | undefined => {
    const unknown: string[] = [];
    let known = path;
    for (; !ofFolders.has(known); known = folderOf(known)) unknown.push(known);
    let hider = ofFolders.get(known);
    for (const folder of unknown.toReversed()) {
      hider = lowest(
        hider,
        hiders.get(folder)?.find(({ layer }) => layer > above),
      );
      ofFolders.set(folder, hider);
    }
    return hider;
  };
  return (path) =>
    lowest(
      ofFolder(folderOf(path)),
      hiders.get(path)?.find(({ layer, belowOnly }) => layer > above && !belowOnly),
    );
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function lowest(one: Hider | undefined, other: Hider | undefined): Hider | undefined {
  return one === undefined || (other !== undefined && other.layer < one.layer) ? other : one;
}
