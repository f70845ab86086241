/**
 * Where the private PostgreSQL keeps its files, and as whom it runs.
 *
 * PostgreSQL refuses to run as root, so root starts it as nobody; nobody must then be able to reach every folder on
 * the way to its data, its socket and its binaries. Where it can't (`/root` is 0700), those live in `/var/lib`.
 */
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagecraftError } from '../errors.ts';

export interface Identity {
  uid: number;
  gid: number;
}

export interface Place {
  /** Everything below belongs to the server. */
  rootDir: string;
  dataDir: string;
  socketDir: string;
  logFile: string;
  /** Whom to run as; undefined means: as ourselves. */
  runAs: Identity | undefined;
}

const nobody: Identity = { uid: 65534, gid: 65534 };
const systemDir = '/var/lib/stagecraft';
/** `sun_path` is 104 bytes on macOS and 108 on Linux, with a final NUL; PostgreSQL appends this name to the folder. */
const socketName = '/.s.PGSQL.5432';
const socketPathBytesMax = 103;

export function identityForPostgres(): Identity | undefined {
  return process.getuid?.() === 0 ? nobody : undefined;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Whether somebody else may enter every folder from `/` down to this one. */
export async function reachableBy(identity: Identity | undefined, folder: string): Promise<boolean> {
  if (!identity) return true;
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const info = await stat(path);
    const needed = info.uid === identity.uid ? 0o100 : info.gid === identity.gid ? 0o010 : 0o001;
    if ((info.mode & needed) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function ownedFolder(path: string, identity: Identity | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const info = await lstat(path);
  const owner = identity?.uid ?? process.getuid?.();
  if (!info.isDirectory()) {
    throw new StagecraftError('conflict', `${path} must be a folder for the database, but is not. Move it away.`);
  }
  if (identity && info.uid !== identity.uid) await chown(path, identity.uid, identity.gid);
  else if (owner !== undefined && info.uid !== owner) {
    throw new StagecraftError(
      'not_permitted',
      `${path} belongs to another user (uid ${info.uid}). Set STAGECRAFT_HOME to a folder of your own.`,
    );
  }
  await chmod(path, 0o700);
}

/** `homeDir/database`, or a folder of the system with a link there when nobody can't get to it. */
async function chooseRoot(homeDir: string, runAs: Identity | undefined): Promise<string> {
  const inHome = join(homeDir, 'database');
  if (await reachableBy(runAs, homeDir)) return inHome;
  const elsewhere = join(systemDir, hashOf(homeDir), 'database');
  await mkdir(dirname(elsewhere), { recursive: true, mode: 0o755 });
  await symlink(elsewhere, inHome).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return elsewhere;
}

/** Makes the folders and gives them to whom the server runs as. */
export async function preparePlace(homeDir: string, runAs = identityForPostgres()): Promise<Place> {
  await mkdir(homeDir, { recursive: true, mode: 0o755 });
  const rootDir = await chooseRoot(homeDir, runAs);
  await ownedFolder(rootDir, runAs);
  const near = join(rootDir, 'run');
  const fits = Buffer.byteLength(near + socketName) <= socketPathBytesMax;
  const socketDir = fits ? near : join('/tmp', `stagecraft-${hashOf(rootDir)}`);
  await ownedFolder(socketDir, runAs);
  return { rootDir, dataDir: join(rootDir, 'data'), socketDir, logFile: join(rootDir, 'postgres.log'), runAs };
}

/** Where a copy of the binaries goes when they can't be run where npm put them. */
export function binariesCopyDir(cacheDir: string, runAs: Identity | undefined): string[] {
  return runAs ? [cacheDir, systemDir] : [cacheDir];
}
