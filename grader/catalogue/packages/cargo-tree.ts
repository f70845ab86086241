/**
 * The crate registry as plain files, as Cargo's sparse protocol reads it: `config.json`, one index file per crate with
 * a line per version, and the `.crate` archives in `files/`.
 *
 * Several exercises fill one tree, at the same time and from several processes: every version is a file of its own, and
 * an index file is only ever made from the versions that lie there.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../made-once.ts';
import type { LockedCrate } from './cargo-lock.ts';
import { writeUntilStable, writeWhole } from './write-whole.ts';

export interface CargoTree {
  /** `<cacheDir>/packages/crates`. */
  root: string;
  /** The address that the tree is served at, e.g. `http://10.213.0.1:4873/crates`. */
  url: string;
}

/** A package as `cargo metadata` prints it, without what an index has no use for. */
export interface CargoPackage {
  name: string;
  version: string;
  /** Absent for the project's own packages. */
  source: string | null;
  dependencies: CargoDependency[];
  features: Record<string, string[]>;
  links: string | null;
  rust_version: string | null;
}

export interface CargoDependency {
  name: string;
  req: string;
  /** `null` is a normal dependency. */
  kind: string | null;
  /** The name that the dependent's code uses, if another. */
  rename: string | null;
  optional: boolean;
  uses_default_features: boolean;
  features: string[];
  target: string | null;
  /** `null` is the default registry. */
  registry: string | null;
  source: string | null;
}

/** One version with the id of the registry that it came from and its line of the index. */
interface KeptVersion {
  source: string;
  line: object;
}

/** The folder of a crate's index file: by length for the shortest names, else by the first four letters. */
export function indexPath(name: string): string {
  const lower = name.toLowerCase();
  if (lower.length <= 2) return `${lower.length}/${lower}`;
  if (lower.length === 3) return `3/${lower[0]}/${lower}`;
  return `${lower.slice(0, 2)}/${lower.slice(2, 4)}/${lower}`;
}

/** The line of an index that describes one version. */
export function indexLine(crate: CargoPackage, sha256: string): object {
  // Features that name dependencies (`dep:`, `?/`) are only understood in the second version of a line.
  const isSecond = Object.values(crate.features).some((values) => values.some((value) => /^dep:|\?\//.test(value)));
  return {
    name: crate.name,
    vers: crate.version,
    deps: crate.dependencies.map(indexDependency),
    cksum: sha256,
    features: isSecond ? {} : crate.features,
    ...(isSecond && { features2: crate.features }),
    yanked: false,
    ...(crate.links !== null && { links: crate.links }),
    ...(crate.rust_version !== null && { rust_version: crate.rust_version }),
    ...(isSecond && { v: 2 }),
  };
}

function indexDependency(dependency: CargoDependency): object {
  const { name, rename, req, features, optional, target, kind, registry } = dependency;
  return {
    name: rename ?? name,
    ...{ req, features, optional },
    default_features: dependency.uses_default_features,
    target,
    kind: kind ?? 'normal',
    ...(rename !== null && { package: name }),
    ...(registry !== null && { registry }),
  };
}

export async function isInTree(tree: CargoTree, crate: LockedCrate): Promise<boolean> {
  const kept = await readFile(versionPath(tree, crate), 'utf8').catch(() => undefined);
  if (kept === undefined || (JSON.parse(kept) as KeptVersion).source !== crate.source) return false;
  return await exists(archivePath(tree, crate));
}

/** Adds one version: its archive first, so that an index never promises what is not there. */
export async function addCrate(
  tree: CargoTree,
  crate: CargoPackage & { source: string },
  bytes: Buffer,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const kept: KeptVersion = { source: crate.source, line: indexLine(crate, sha256) };
  await writeWhole(archivePath(tree, crate), bytes);
  await writeWhole(versionPath(tree, crate), JSON.stringify(kept));
}

/** Writes the index files of some crates anew, and where archives are found. */
export async function writeIndex(tree: CargoTree, names: Iterable<string>): Promise<void> {
  await writeWhole(join(tree.root, 'config.json'), JSON.stringify({ dl: `${tree.url}/files/{crate}-{version}.crate` }));
  for (const name of new Set(names)) {
    const folder = join(tree.root, '.versions', name);
    await writeUntilStable(join(tree.root, indexPath(name)), {
      parts: async () => (await readdir(folder)).filter((file) => file.endsWith('.json')).sort(),
      content: async (files) => {
        const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
        return texts.map((text) => `${JSON.stringify((JSON.parse(text) as KeptVersion).line)}\n`).join('');
      },
    });
  }
}

function archivePath(tree: CargoTree, crate: { name: string; version: string }): string {
  return join(tree.root, 'files', `${crate.name}-${crate.version}.crate`);
}

function versionPath(tree: CargoTree, crate: { name: string; version: string }): string {
  return join(tree.root, '.versions', crate.name, `${crate.version}.json`);
}
