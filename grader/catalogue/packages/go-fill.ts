/** Downloads what a go.mod names with Go itself; its download cache is the tree a module proxy serves. */
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { exists, workFolder } from '../made-once.ts';
import { lastLines, runCommand } from '../run-command.ts';
import { writeUntilStable } from './write-whole.ts';

export interface GoFillRequest {
  /** A folder with `go.mod` and usually `go.sum`. */
  folder: string;
  label: string;
  /** `<cacheDir>/packages/go`. */
  treeRoot: string;
  scratchRoot: string;
  /** The `go` command to run. */
  go: string;
  signal?: AbortSignal | undefined;
}

interface DownloadedModule {
  Path: string;
  Version: string;
  Error?: string;
}

/** @returns one sentence per module that could not be had */
export async function fillGo(request: GoFillRequest): Promise<string[]> {
  const { folder, label, treeRoot, scratchRoot, signal } = request;
  const scratch = await workFolder(scratchRoot, 'go');
  try {
    // A copy: Go may write go.sum, and nothing but these two files decides.
    for (const name of ['go.mod', 'go.sum']) {
      if (await exists(join(folder, name))) await copyFile(join(folder, name), join(scratch, name));
    }
    await copyReplaced(folder, scratch);
    const cache = join(scratch, 'modcache');
    const env = [
      'env',
      `GOMODCACHE=${cache}`,
      `GOPATH=${join(scratch, 'path')}`,
      'GOFLAGS=-modcacherw',
      'GOTOOLCHAIN=local',
      'GOWORK=off',
    ];
    const command = [...env, request.go, 'mod', 'download', '-json'];
    const result = await runCommand(command, { cwd: scratch, signal });
    const modules = jsonObjects(result.stdout) as DownloadedModule[];
    const missing = modules.flatMap((one) =>
      one.Error === undefined
        ? []
        : [`${label}: ${one.Path}@${one.Version} could not be downloaded: ${lastLines(one.Error, 1)}`],
    );
    if (result.exitCode !== 0 && missing.length === 0) {
      missing.push(`${label} could not be read by Go: ${lastLines(result.stderr, 2)}`);
    }
    await addToTree(join(cache, 'cache', 'download'), treeRoot);
    return missing;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Go reads the go.mod of each replaced module before it downloads anything. */
async function copyReplaced(folder: string, scratch: string): Promise<void> {
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  for (const replaced of replacedFolders(goMod)) {
    const file = join(replaced, 'go.mod');
    if (!(await exists(join(folder, file)))) continue;
    await mkdir(join(scratch, replaced), { recursive: true });
    await copyFile(join(folder, file), join(scratch, file));
  }
}

/** Folders that `replace … => ./folder` names, as far as they are below the module's own. */
export function replacedFolders(goMod: string): string[] {
  const folders = [...goMod.matchAll(/^(?!\s*\/\/).*=>\s*(\.\.?\/\S*)/gm)].map(([, path = '']) => normalize(path));
  return folders.filter((path) => path !== '..' && !path.startsWith('../'));
}

/** What a proxy is asked for; locks and Go's own notes are not. */
const proxyFile = /\.(info|mod|zip)$/;

/** Moves what is new into the tree; files of a module version never change, so what is there stays. */
async function addToTree(downloaded: string, treeRoot: string): Promise<void> {
  const found = await readdir(downloaded, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = new Set<string>();
  for (const entry of found) {
    if (!entry.isFile() || !proxyFile.test(entry.name)) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(treeRoot, relative(downloaded, from));
    if (await exists(to)) continue;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    folders.add(dirname(to));
  }
  for (const folder of folders) await writeList(folder);
}

/** `@v/list` names the versions that are there, for `go get` and `@latest`. */
async function writeList(folder: string): Promise<void> {
  await writeUntilStable(join(folder, 'list'), {
    parts: async () => (await readdir(folder)).filter((name) => name.endsWith('.info')).sort(),
    content: async (parts) => parts.map((name) => `${name.slice(0, -'.info'.length)}\n`).join(''),
  });
}

/** Go prints one indented object after the other. */
export function jsonObjects(text: string): unknown[] {
  return text
    .split(/(?<=^})\n/m)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => JSON.parse(part) as unknown);
}
