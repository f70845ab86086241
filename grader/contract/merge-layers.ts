/**
 * The final file system of an image: its layers laid over one another with whiteouts applied, as overlayfs would show it.
 *
 * Goes from the top layer down, so that a big base is only looked up, never copied and then deleted from.
 */
import type { LayerEntry } from './layers.ts';

export type MergedFiles = Map<string, PlacedEntry>;

/**
 * @param layers entries of each layer, from the bottom up; a `whiteout` carries the path that it hides, an `opaque` the
 * directory whose lower content it hides.
 */
export function mergeLayers(layers: readonly { entries: readonly LayerEntry[] }[]): MergedFiles {
  const merged: MergedFiles = new Map();
  const whiteouts = new Set<string>();
  const opaques = new Set<string>();
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const entries = layers[layer]?.entries ?? [];
    addVisible(entries, layer, { merged, hidden: hiddenBy({ merged, whiteouts, opaques }) });
    // Only now: what a layer hides is in the layers below it, never in itself.
    for (const entry of entries) {
      if (entry.type === 'directory') continue;
      const path = canonicalPath(entry.path);
      if (entry.type === 'whiteout') whiteouts.add(path);
      // A file that became a directory later hides what was below that path before it was a file.
      else if (entry.type === 'opaque' || merged.get(path)?.type === 'directory') opaques.add(path);
    }
  }
  return merged;
}

function addVisible(
  entries: readonly LayerEntry[],
  layer: number,
  { merged, hidden }: { merged: MergedFiles; hidden: (path: string) => boolean },
): void {
  const found = placedEntries(entries, layer).filter(({ path }) => !merged.has(path) && !hidden(path));
  // Added after the loop, so that `hidden` sees only the layers above. The last of two entries of one path counts, as
  // it does when a tar is unpacked.
  for (const entry of found) merged.set(entry.path, entry);
}

type PlacedEntry = LayerEntry & { layer: number };

/** A base image's tens of thousands of entries are the same arrays in every build: what is made of them is kept. */
const placedByEntries = new WeakMap<readonly LayerEntry[], { layer: number; placed: PlacedEntry[] }>();

function placedEntries(entries: readonly LayerEntry[], layer: number): PlacedEntry[] {
  const known = placedByEntries.get(entries);
  if (known?.layer === layer) return known.placed;
  const placed = entries
    .filter(({ type }) => type !== 'whiteout' && type !== 'opaque')
    .map((entry) => ({ ...entry, path: canonicalPath(entry.path), layer }));
  placedByEntries.set(entries, { layer, placed });
  return placed;
}

interface Above {
  merged: MergedFiles;
  whiteouts: ReadonlySet<string>;
  opaques: ReadonlySet<string>;
}

/** Tells whether the layers above hide a path; answers per directory are kept, they are asked for thousands of times. */
function hiddenBy({ merged, whiteouts, opaques }: Above): (path: string) => boolean {
  const known = new Map<string, boolean>([['', false]]);
  const contentHidden = (directory: string): boolean => {
    const before = known.get(directory);
    if (before !== undefined) return before;
    const above = merged.get(directory);
    const hidden =
      opaques.has(directory || '/') ||
      whiteouts.has(directory) ||
      (above !== undefined && above.type !== 'directory') ||
      contentHidden(parentOf(directory));
    known.set(directory, hidden);
    return hidden;
  };
  known.set('', opaques.has('/'));
  return (path) => whiteouts.has(path) || (path !== '/' && contentHidden(parentOf(path)));
}

/** '' for an entry of the root directory. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** `/a/b` for `a/b/`, `./a//b` and `/a/x/../b`: a hostile archive may spell one path in many ways. */
export function canonicalPath(path: string): string {
  if (path.startsWith('/') && !UNUSUAL.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const UNUSUAL = /\/(?:\/|\.\.?(?:\/|$))|.\/$/;

/**
 * Bytes of files that a layer holds but no container can see, because a later layer deletes or overwrites them.
 * @returns one number per layer, in bytes, from the bottom up.
 */
export function hiddenBytes(layers: readonly { entries: readonly LayerEntry[] }[], merged: MergedFiles): number[] {
  return layers.map(({ entries }, layer) => {
    let bytes = 0;
    for (const entry of entries) {
      if (entry.type !== 'file') continue;
      if (merged.get(canonicalPath(entry.path))?.layer !== layer) bytes += entry.sizeBytes;
    }
    return bytes;
  });
}
