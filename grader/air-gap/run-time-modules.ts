/** Which folders of node_modules Stagecraft needs to run: what package-lock.json does not call a development package. */
import { existsSync, readFileSync } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { StagecraftError } from '../errors.ts';

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

/** The Node that runs everything; its own node_modules hold a second copy of the same binary. */
const pinnedNode = 'node_modules/node';

/**
 * Paths below the project folder for tar, each with everything in it.
 * @throws StagecraftError `bad_input` when node_modules is not what the lock file names
 */
export async function runTimeModules(projectDir: string, lockHash: string): Promise<string[]> {
  const marker = join(projectDir, 'node_modules', '.stagecraft-lock-hash');
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== lockHash) {
    throw new StagecraftError(
      'bad_input',
      `Expected node_modules as package-lock.json names them; ${marker} says that they are of another state. Run npx stagecraft once, which installs them, and export again.`,
    );
  }
  const lock = JSON.parse(readFileSync(join(projectDir, 'package-lock.json'), 'utf8')) as Lock;
  const wanted = Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && entry.dev !== true)
    .map(([path]) => topFolder(path));
  const there = [...new Set(wanted)].filter((path) => existsSync(join(projectDir, path)));
  const folders = [...there.sort(), `${pinnedNode}/bin`, `${pinnedNode}/package.json`];
  return [...folders, ...(await linksInto(projectDir, folders))];
}

/** `node_modules/@a/b/node_modules/c` lies in `node_modules/@a/b`. */
function topFolder(path: string): string {
  const [, name = '', second = ''] = path.split('/');
  return name.startsWith('@') ? `node_modules/${name}/${second}` : `node_modules/${name}`;
}

/** Commands in `.bin` whose package comes along; a link that leads nowhere would only puzzle. */
async function linksInto(projectDir: string, folders: string[]): Promise<string[]> {
  const bin = join('node_modules', '.bin');
  const links: string[] = [];
  for (const name of await readdir(join(projectDir, bin)).catch(() => [])) {
    const path = join(bin, name);
    if (!(await lstat(join(projectDir, path))).isSymbolicLink()) continue;
    const target = normalize(join(bin, await readlink(join(projectDir, path))));
    if (folders.some((folder) => target === folder || target.startsWith(`${folder}/`))) links.push(path);
  }
  return links;
}
