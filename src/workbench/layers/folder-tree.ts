/** Files as a tree of folders, each with the sum of what is in it. */
export interface Folder<File> {
  /** Within its parent; '' for the root. */
  name: string;
  /** '' for the root, `/usr/lib` below. */
  path: string;
  folders: Map<string, Folder<File>>;
  files: File[];
  /** Of everything below. */
  bytes: number;
  count: number;
}

const emptyFolder = <File>(name: string, path: string): Folder<File> => ({
  ...{ name, path, folders: new Map(), files: [], bytes: 0, count: 0 },
});

export function folderTree<File extends { path: string; sizeBytes: number }>(files: Iterable<File>): Folder<File> {
  const root = emptyFolder<File>('', '');
  const known = new Map<string, Folder<File>>([['', root]]);
  const folderAt = (path: string): Folder<File> => {
    const found = known.get(path);
    if (found) return found;
    const slash = path.lastIndexOf('/');
    const folder = emptyFolder<File>(path.slice(slash + 1), path);
    folderAt(path.slice(0, Math.max(0, slash))).folders.set(folder.name, folder);
    known.set(path, folder);
    return folder;
  };
  for (const file of files) folderAt(file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))).files.push(file);
  sumUp(root);
  return root;
}

/** Not by recursion: a hostile image has folders as deep as a path may be long. */
function sumUp<File extends { sizeBytes: number }>(root: Folder<File>): void {
  const order: Folder<File>[] = [root];
  for (let at = 0; at < order.length; at += 1) order.push(...(order[at]?.folders.values() ?? []));
  for (const folder of order.reverse()) {
    folder.count = folder.files.length;
    for (const file of folder.files) folder.bytes += file.sizeBytes;
    for (const child of folder.folders.values()) {
      folder.bytes += child.bytes;
      folder.count += child.count;
    }
  }
}

/** The folder at a path; undefined when there is none. */
export function folderIn<File>(root: Folder<File>, path: string): Folder<File> | undefined {
  let folder: Folder<File> | undefined = root;
  for (const name of path.split('/').slice(1)) folder = folder?.folders.get(name);
  return folder;
}

export const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
