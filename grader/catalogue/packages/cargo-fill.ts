/** Downloads what a Cargo.lock names with Cargo itself and puts it into the mirror's tree. Nothing is compiled. */
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { workFolder } from '../made-once.ts';
import { type CommandResult, lastLines, runCommand } from '../run-command.ts';
import { type LockedCrate, readCargoLock } from './cargo-lock.ts';
import { addCrate, type CargoPackage, type CargoTree, isInTree, writeIndex } from './cargo-tree.ts';

export interface CargoFillRequest {
  /** A folder with `Cargo.toml` and `Cargo.lock`; a workspace's members lie below it. */
  folder: string;
  /** For messages: `link-shelf/Cargo.lock`. */
  label: string;
  tree: CargoTree;
  scratchRoot: string;
  /** Finds the command to run, e.g. `['cargo']`; asked only when something is lacking. */
  cargo: () => Promise<string[]>;
  signal?: AbortSignal | undefined;
}

/** The reasons kept for one lock file. */
const missingMax = 20;

/** @returns one sentence per thing that could not be had; empty when `cargo build --locked` will find everything */
export async function fillCargo(request: CargoFillRequest): Promise<string[]> {
  const { tree, label } = request;
  const lock = readCargoLock(await readFile(join(request.folder, 'Cargo.lock'), 'utf8'), label);
  const lacking: LockedCrate[] = [];
  for (const one of lock.crates) {
    if (!(await isInTree(tree, one))) lacking.push(one);
  }
  const failed = lacking.length === 0 ? [] : await download(request, lacking);
  await writeIndex(tree, await namesInTree(tree, lock.crates));
  return [...lock.missing, ...failed].slice(0, missingMax);
}

async function namesInTree(tree: CargoTree, crates: LockedCrate[]): Promise<string[]> {
  const there = await Promise.all(crates.map(async (one) => ((await isInTree(tree, one)) ? [one.name] : [])));
  return there.flat();
}

/** @returns one sentence per crate, or Cargo's own when it stopped before the first */
async function download(request: CargoFillRequest, lacking: LockedCrate[]): Promise<string[]> {
  const { tree, label, scratchRoot } = request;
  const scratch = await workFolder(scratchRoot, 'cargo');
  try {
    const result = await metadata(request, scratch);
    if (result.exitCode !== 0) return [`${label}: its crates could not be downloaded: ${reasonOf(result.stderr)}`];
    const known = (JSON.parse(result.stdout) as { packages: DownloadedPackage[] }).packages;
    const defaults = defaultSources(known);
    const missing: string[] = [];
    for (const one of lacking) {
      const crate = known.find((other) => isSame(other, one));
      const bytes = crate && (await readFile(archiveOf(crate)).catch(() => undefined));
      if (!defaults.has(one.source)) {
        missing.push(`${label}: ${nameOf(one)} is of another registry, and builds here know only the default one.`);
      } else if (crate === undefined || bytes === undefined) {
        missing.push(`${label}: ${nameOf(one)} was not downloaded by Cargo, which gave no reason.`);
      } else await addCrate(tree, { ...crate, source: one.source }, bytes);
    }
    return missing;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface DownloadedPackage extends CargoPackage {
  /** Its `Cargo.toml`, where Cargo has unpacked it. */
  manifest_path: string;
}

const nameOf = (one: LockedCrate): string => `${one.name}@${one.version}`;

function isSame(crate: CargoPackage, locked: LockedCrate): boolean {
  return crate.name === locked.name && crate.version === locked.version && crate.source === locked.source;
}

/**
 * `cargo metadata` downloads every crate of every platform, checks it against the lock file and says what is in it; it
 * runs no build script. It runs outside of the project, whose own `.cargo/config.toml` and `rust-toolchain.toml` would
 * say which programs to start. Downloads stay in Cargo's own home, under its own lock.
 */
async function metadata(request: CargoFillRequest, scratch: string): Promise<CommandResult> {
  const cargo = await request.cargo();
  const ask = ['metadata', '--locked', '--all-features', '--format-version=1', '--color=never'];
  const command = ['env', `CARGO_TARGET_DIR=${join(scratch, 'target')}`, ...cargo, ...ask];
  return await runCommand([...command, '--manifest-path', join(request.folder, 'Cargo.toml')], {
    cwd: scratch,
    signal: request.signal,
  });
}

/** What Cargo calls its default registry in lock files: asked of Cargo, so that no host is named here. */
function defaultSources(packages: CargoPackage[]): Set<string> {
  const dependencies = packages.flatMap((one) => one.dependencies);
  return new Set(dependencies.flatMap((one) => (one.registry === null && one.source !== null ? [one.source] : [])));
}

/** Cargo unpacks `registry/cache/REGISTRY/NAME-VERSION.crate` to `registry/src/REGISTRY/NAME-VERSION/`. */
export function archiveOf(crate: { manifest_path: string }): string {
  const unpacked = dirname(crate.manifest_path);
  const registry = dirname(unpacked);
  return join(dirname(dirname(registry)), 'cache', basename(registry), `${basename(unpacked)}.crate`);
}

/** What stands after `error:`, up to what caused it. */
export function reasonOf(stderr: string): string {
  const [, said] = /^error: (.*)/ms.exec(stderr) ?? [];
  return lastLines(said ?? stderr, 6).slice(0, 600) || 'Cargo gave no reason.';
}
