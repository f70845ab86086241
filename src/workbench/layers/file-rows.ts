/** The rows of the list of files: what is asked for, as folders or flat, in the order asked for. */
import { type Folder, folderTree, nameOf } from './folder-tree.ts';
import { type FileKind, type ImageFile, isHidden } from './image-model.ts';

export type SortKey = 'name' | 'size' | 'line';

export interface FileQuery {
  /** Part of a path, in any case; a `*` stands for anything. */
  search: string;
  /** Keys of `layerGroups`; undefined for all. */
  layer: 'base' | number | undefined;
  kind: FileKind | undefined;
  sort: SortKey;
  ascending: boolean;
  asFolders: boolean;
}

export interface FolderRow {
  type: 'folder';
  key: string;
  path: string;
  name: string;
  level: number;
  open: boolean;
  bytes: number;
  count: number;
}

export interface FileRow {
  type: 'file';
  key: string;
  name: string;
  level: number;
  file: ImageFile;
}

export type Row = FolderRow | FileRow;

export interface FileSource {
  files: readonly ImageFile[];
  fromBase(layer: number): boolean;
  lineOf(layer: number): number | undefined;
}

export function selectFiles({ files, fromBase }: FileSource, query: FileQuery): ImageFile[] {
  const matches = matcher(query.search);
  return files.filter(
    (file) =>
      (query.kind === undefined || file.kind === query.kind) &&
      (query.layer === undefined || (query.layer === 'base' ? fromBase(file.layer) : file.layer === query.layer)) &&
      matches(file.path),
  );
}

function matcher(search: string): (path: string) => boolean {
  const text = search.trim().toLowerCase();
  if (text === '') return () => true;
  const parts = text.split('*').filter((part) => part !== '');
  // Not a regular expression: what is typed must neither be an error nor take for ever.
  return (path) => {
    const lower = path.toLowerCase();
    let at = 0;
    for (const part of parts) {
      const found = lower.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return true;
  };
}

type Compare<T> = (one: T, other: T) => number;

function fileOrder({ lineOf }: FileSource, { sort, ascending, asFolders }: FileQuery): Compare<ImageFile> {
  const sign = ascending ? 1 : -1;
  const label = ({ path }: ImageFile) => (asFolders ? nameOf(path) : path);
  const byName: Compare<ImageFile> = (one, other) => compareText(label(one), label(other));
  const line = ({ layer }: ImageFile) => lineOf(layer) ?? 0;
  if (sort === 'size') return (one, other) => sign * (one.sizeBytes - other.sizeBytes) || byName(one, other);
  if (sort === 'line') return (one, other) => sign * (line(one) - line(other)) || byName(one, other);
  return (one, other) => sign * byName(one, other);
}

const compareText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * @param opened paths of folders; with a search or a filter, all are open that hold what was found, unless closed.
 */
export function fileRows(
  source: FileSource,
  { query, opened, closed }: { query: FileQuery; opened: ReadonlySet<string>; closed: ReadonlySet<string> },
): Row[] {
  const found = selectFiles(source, query);
  const order = fileOrder(source, query);
  if (!query.asFolders) return found.sort(order).map((file) => fileRow(file, 1, file.path));
  const narrowed = query.search.trim() !== '' || query.kind !== undefined;
  const isOpen = (path: string) => (narrowed ? !closed.has(path) : opened.has(path));
  return folderRows(folderTree(found), { isOpen, order, query });
}

interface Walk {
  isOpen(path: string): boolean;
  order: Compare<ImageFile>;
  query: FileQuery;
}

function folderRows(root: Folder<ImageFile>, { isOpen, order, query }: Walk): Row[] {
  const sign = query.ascending ? 1 : -1;
  const byName: Compare<Folder<ImageFile>> = (one, other) => compareText(one.name, other.name);
  const folderOrder: Compare<Folder<ImageFile>> =
    query.sort === 'size'
      ? (one, other) => sign * (one.bytes - other.bytes) || byName(one, other)
      : query.sort === 'name'
        ? (one, other) => sign * byName(one, other)
        : byName;
  const rows: Row[] = [];
  const pending: (Row & { folder?: Folder<ImageFile> })[] = [];
  const push = (folder: Folder<ImageFile>, level: number) => {
    const entries: typeof pending = [...folder.folders.values()].sort(folderOrder).map((child) => ({
      ...{ type: 'folder', key: child.path, path: child.path, name: child.name, level },
      ...{ open: isOpen(child.path), bytes: child.bytes, count: child.count, folder: child },
    }));
    for (const file of folder.files.sort(order)) entries.push(fileRow(file, level, nameOf(file.path)));
    // By size, a large file stands above a small folder.
    if (query.sort === 'size') entries.sort((one, other) => sign * (bytesOfRow(one) - bytesOfRow(other)));
    pending.push(...entries.reverse());
  };
  push(root, 1);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, ...row } = next;
    rows.push(row as Row);
    if (folder && row.type === 'folder' && row.open) push(folder, row.level + 1);
  }
  return rows;
}

export const bytesOfRow = (row: Row) => (row.type === 'folder' ? row.bytes : row.file.sizeBytes);

function fileRow(file: ImageFile, level: number, name: string): FileRow {
  // One path may be there several times: a version that is hidden, and the one that hides it.
  return { type: 'file', key: `${file.layer} ${isHidden(file.kind) ? 'hidden ' : ''}${file.path}`, name, level, file };
}

/** `drwxr-xr-x`, as `ls` prints it. */
export function modeText(type: ImageFile['type'], mode: number): string {
  const letter = { symlink: 'l', directory: 'd', file: '-', other: '?', whiteout: '?', opaque: '?' }[type];
  const bits = [...'rwxrwxrwx'].map((bit, at) => ((mode >> (8 - at)) & 1 ? bit : '-'));
  const special = (at: number, flag: number, name: string) => {
    if (mode & flag) bits[at] = bits[at] === 'x' ? name : name.toUpperCase();
  };
  special(2, 0o4000, 's');
  special(5, 0o2000, 's');
  special(8, 0o1000, 't');
  return letter + bits.join('');
}
