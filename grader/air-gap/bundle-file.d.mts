import type { Readable } from 'node:stream';

export const formatVersion: 1;
export const bundleKind: 'stagecraft-bundle';

export class BundleRefusal extends Error {}

export interface BundlePart {
  /** What it is: `engine`, `packages`, … */
  name: string;
  /** The file's name in the tar. */
  path: string;
  sizeBytes: number;
  /** The tar inside, decompressed: about the room that it takes on disk. */
  unpackedBytes: number;
  sha256: string;
}

export interface BundleRecipes {
  /** The hash of package.json and package-lock.json. */
  npm: string;
  /** Of the sandbox engine's root file system. */
  engine: string;
  /** Of what the base images are made from. */
  catalogue: string;
}

export interface BundleManifest {
  kind: 'stagecraft-bundle';
  format: number;
  project: { version: string; commit: string | null };
  /** ISO 8601. */
  made: string;
  /** `linux/amd64` */
  platform: string;
  /** The release that the part `host` is for; null where it was made on another system and has no such part. */
  debian: string | null;
  /** What can be installed from that part. */
  hostPackages: string[];
  recipes: BundleRecipes;
  parts: BundlePart[];
}

export interface Bundle {
  readonly path: string;
  readonly manifest: BundleManifest;
  close(): Promise<void>;
}

export function thisPlatform(): string;
/** @throws BundleRefusal */
export function openBundle(path: string): Promise<Bundle>;
export function partStream(bundle: Bundle, name: string): Readable;
/** @throws BundleRefusal naming what does not fit; the signal's reason when it fires */
export function verifyBundle(
  bundle: Bundle,
  options?: { onProgress?: (bytesDone: number) => void; signal?: AbortSignal },
): Promise<void>;
/** @throws BundleRefusal */
export function checkFits(bundle: Bundle, here: { platform: string; recipes: Partial<BundleRecipes> }): void;
