/** What changed between two images, told by the folders where it happened. Only what a container can see. */
import { type Folder, folderTree } from './folder-tree.ts';
import { type ImageModel, isHidden } from './image-model.ts';

export interface FolderChange {
  /** A folder, or a single file. */
  path: string;
  kind: 'came' | 'went' | 'grew' | 'shrank';
  beforeBytes: number;
  afterBytes: number;
}

export interface Comparison {
  /** The largest change first. */
  changes: FolderChange[];
  /** Bytes that were there before or are now, but not in both, file by file. */
  movedBytes: number;
}

interface Difference {
  path: string;
  before: number;
  after: number;
  /** How much it changed, for the sums of folders. */
  sizeBytes: number;
}

export function compareImages(before: ImageModel, after: ImageModel): Comparison {
  const tree = folderTree(differences(before, after));
  const sums = sumsOf(tree);
  const changes: FolderChange[] = [];
  const pending = [tree];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const { before: was, after: is } = sums.get(folder) ?? { before: 0, after: 0 };
    // A folder that came or went as a whole says it best by itself; the root never does.
    const whole = folder.path !== '' && (was === 0 || is === 0);
    if (whole || (folder.path !== '' && !worthOpening(folder, tree.bytes))) {
      if (folder.bytes > 0) changes.push(changeOf(folder.path, was, is));
      continue;
    }
    pending.push(...[...folder.folders.values()].filter(({ bytes }) => bytes > 0));
    for (const { path, before: b, after: a } of folder.files) if (a !== b) changes.push(changeOf(path, b, a));
  }
  changes.sort((one, other) => amount(other) - amount(one) || (one.path < other.path ? -1 : 1));
  return { changes, movedBytes: tree.bytes };
}

const amount = ({ beforeBytes, afterBytes }: FolderChange) => Math.abs(afterBytes - beforeBytes);

/** All files of both, also those that are the same: a folder came only when nothing was in it before. */
function differences(before: ImageModel, after: ImageModel): Difference[] {
  const found = new Map<string, Difference>();
  const at = (path: string): Difference => {
    const known = found.get(path) ?? { path, before: 0, after: 0, sizeBytes: 0 };
    found.set(path, known);
    return known;
  };
  for (const { path, kind, sizeBytes } of before.files) if (!isHidden(kind)) at(path).before = sizeBytes;
  for (const { path, kind, sizeBytes } of after.files) if (!isHidden(kind)) at(path).after = sizeBytes;
  for (const one of found.values()) one.sizeBytes = Math.abs(one.after - one.before);
  return [...found.values()];
}

type Sums = { before: number; after: number };

function sumsOf(tree: Folder<Difference>): Map<Folder<Difference>, Sums> {
  const order = [tree];
  for (let at = 0; at < order.length; at += 1) order.push(...(order[at]?.folders.values() ?? []));
  const sums = new Map<Folder<Difference>, Sums>();
  for (const folder of order.reverse()) {
    const sum = { before: 0, after: 0 };
    for (const each of [...folder.files, ...[...folder.folders.values()].flatMap((child) => sums.get(child) ?? [])]) {
      sum.before += each.before;
      sum.after += each.after;
    }
    sums.set(folder, sum);
  }
  return sums;
}

/** A folder whose change is that of one thing in it, or that holds a good part of all change, is told by what is in it. */
function worthOpening(folder: Folder<Difference>, totalBytes: number): boolean {
  const parts = [...folder.folders.values()].map(({ bytes }) => bytes);
  const largest = Math.max(0, ...parts, ...folder.files.map(({ sizeBytes }) => sizeBytes));
  return largest > folder.bytes * 0.8 || (folder.bytes > totalBytes * 0.3 && largest > totalBytes * 0.1);
}

function changeOf(path: string, beforeBytes: number, afterBytes: number): FolderChange {
  const kind = beforeBytes === 0 ? 'came' : afterBytes === 0 ? 'went' : afterBytes > beforeBytes ? 'grew' : 'shrank';
  return { path, kind, beforeBytes, afterBytes };
}
