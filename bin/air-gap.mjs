/**
 * The first step of `catalogue import FILE` in a checkout without node_modules: takes them out of the file, with the
 * pinned Node that runs the rest. Plain JavaScript for Node 20, and of other programs only tar.
 */
import { spawnSync } from 'node:child_process';
import { readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { BundleRefusal, checkFits, openBundle, thisPlatform, verifyBundle } from '../grader/air-gap/bundle-file.mjs';
import { unpackPart } from '../grader/air-gap/unpack.mjs';
import { lockHash, pinnedNode, prepare, projectDir } from './prepare.mjs';

const badInput = 2;
const prefix = '.importing-node_modules-';
const modules = join(projectDir, 'node_modules');

/**
 * Runs the whole import and ends this process with its exit code. Everything that can be told without the rest of the
 * program is checked first; when the rest refuses the file, node_modules are as they were.
 */
export async function prepareFromBundle(file) {
  let bundle;
  try {
    bundle = await openBundle(file);
    checkFits(bundle, { platform: thisPlatform(), recipes: { npm: lockHash() } });
    await checkRoom(bundle);
    process.stderr.write('Checking the file …\n');
    await verifyBundle(bundle);
    process.stderr.write('Unpacking the npm packages …\n');
    process.exitCode = await withModules(bundle, () => importRest(file));
  } catch (error) {
    if (!(error instanceof BundleRefusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = badInput;
  } finally {
    await bundle?.close();
  }
  process.exit();
}

async function checkRoom({ path, manifest }) {
  const neededBytes = manifest.parts.find((part) => part.name === 'npm')?.unpackedBytes ?? 0;
  const { bavail, bsize } = await statfs(projectDir);
  if (bavail * bsize >= neededBytes) return;
  const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new BundleRefusal(
    `Expected ${megabytes(neededBytes)} of free disk for the npm packages of ${path}; the disk with ${projectDir} has ${megabytes(bavail * bsize)}. Free some space.`,
  );
}

/** Puts node_modules in place for the task, and takes them away again when it does not end well. */
async function withModules(bundle, task) {
  const staging = join(projectDir, `${prefix}${process.pid}`);
  const before = join(staging, 'before');
  await removeAbandoned();
  try {
    await unpackPart({ bundle, name: 'npm', into: join(staging, 'after'), decompress: createGunzip() });
    const unpacked = join(staging, 'after', 'node_modules');
    await writeFile(join(unpacked, '.stagecraft-lock-hash'), lockHash());
    await rename(modules, before).catch(ignoreMissing);
    await rename(unpacked, modules);
    const exitCode = task();
    if (exitCode !== 0) {
      await rename(modules, join(staging, 'refused'));
      await rename(before, modules).catch(ignoreMissing);
    }
    return exitCode;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}

/** What killed imports left. */
async function removeAbandoned() {
  for (const name of await readdir(projectDir)) {
    if (name.startsWith(prefix)) await rm(join(projectDir, name), { recursive: true, force: true });
  }
}

function importRest(file) {
  prepare();
  const args = [join(projectDir, 'grader', 'cli', 'main.ts'), 'catalogue', 'import', file];
  return spawnSync(pinnedNode(), args, { stdio: 'inherit' }).status ?? 130;
}
