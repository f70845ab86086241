/** Reads an exercise's app: what the browser shows of it, and a hash of all of it. */
import { createHash, type Hash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import type { ContentProblem } from './content-problem.ts';
import { describeFileError } from './describe-file-error.ts';
import type { AppFile } from './exercise.ts';
import { decodeUtf8 } from './read-text.ts';

const { appBytesMax, appFilesMax, shownFileBytesMax } = limits.content;

/** Files in the order of their paths. A folder that can't be read or is too large is a problem. */
export async function readApp(appDir: string, problems: ContentProblem[]): Promise<{ files: AppFile[]; hash: string }> {
  const files: AppFile[] = [];
  const hash = createHash('sha256');
  const add = (message: string): void => {
    problems.push({ file: appDir, line: undefined, message });
  };
  try {
    const paths = await pathsIn(appDir);
    if (paths.length === 0) add('expected the files of the app, found an empty folder');
    if (paths.length > appFilesMax) add(`expected at most ${appFilesMax} files, found ${paths.length}`);
    let bytes = 0;
    for (const path of paths.slice(0, appFilesMax)) {
      const file = await readAppFile(appDir, path, hash);
      bytes += file.sizeBytes;
      files.push(file);
    }
    if (bytes > appBytesMax) add(`expected at most ${appBytesMax} bytes, found ${bytes}`);
  } catch (error) {
    add(`expected a folder with the app, found ${describeFileError(error)}`);
  }
  return { files, hash: hash.digest('hex') };
}

async function pathsIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? pathsIn(folder, path) : [path];
    }),
  );
  // By code unit: the same on every machine, whatever its language.
  return nested.flat().sort();
}

async function readAppFile(appDir: string, path: string, hash: Hash): Promise<AppFile> {
  const file = join(appDir, path);
  const facts = await lstat(file);
  const bytes = facts.isSymbolicLink() ? Buffer.from(await readlink(file)) : await readFile(file);
  const kind = facts.isSymbolicLink() ? 'link' : (facts.mode & 0o111) === 0 ? 'file' : 'program';
  hash.update(`${kind}\0${path}\0${bytes.length}\0`).update(bytes);
  const named = { path, sizeBytes: bytes.length, text: '' };
  if (bytes.length > shownFileBytesMax) return { ...named, omitted: 'too_long' };
  const text = facts.isFile() ? decodeUtf8(bytes) : undefined;
  return text === undefined ? { ...named, omitted: 'not_text' } : { ...named, text };
}
