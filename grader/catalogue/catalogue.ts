/**
 * The base images that a `FROM` may name, and the packages that a build may install.
 *
 * Absent on purpose: nothing is pulled by the sandbox engine; what is not in the catalogue does not exist for a learner.
 */
import type { Engine } from '../engine/engine.ts';
import type { ProgressSink } from '../progress.ts';
import type { RegistryTiming } from './registry/client.ts';

/** One base image. Adding one is adding one of these (and, for the stand-in source, one stage of its Dockerfile). */
export interface CatalogueEntry {
  /** As a learner writes it, canonical: `node:20-slim`, `gcr.io/distroless/static:nonroot`. */
  name: string;
  /** Other spellings of the same image: `docker.io/library/node:20-slim`, `gcr.io/distroless/static-debian12:nonroot`. */
  aliases: string[];
  /** The stage of the stand-in Dockerfile. */
  target: string;
  /** One sentence for the list of base images. */
  summary: string;
  /** What the stand-in is made of, for its label: `Debian bookworm packages`. */
  madeFrom: string;
  /** Where the stand-in differs from the official image, for its label. */
  differs: string;
  /** Both as one text for people. */
  standIn: string;
  libc: 'glibc' | 'musl' | 'none';
  /** Whose packages `apt-get` installs in it. @default 'bookworm' */
  debian?: 'bookworm' | 'trixie';
  hasShell: boolean;
}

/** An entry as it is written down: the rest follows from it. */
export type DescribedImage = Omit<CatalogueEntry, 'standIn'>;

export interface CatalogueImage {
  entry: CatalogueEntry;
  state: 'waiting' | 'building' | 'ready' | 'failed';
  /** Where the image that is in the engine came from. */
  source?: CatalogueSource;
  /** Why a stand-in is used although an official image is pinned. */
  fallback?: string;
  imageId?: string;
  sizeBytes?: number;
  /** Diff ids from the bottom up, to tell what the base brought from what the learner brought. */
  diffIds?: string[];
  failure?: string;
}

export type CatalogueSource = 'registry' | 'stand-in';

export interface Catalogue {
  /** `stand-in` as long as any image is one. */
  readonly source: CatalogueSource;
  /** The same for some images, by any of their names: what a verdict says of those it used. */
  sourceOf(names: string[]): CatalogueSource;
  /** Changes whenever any recipe changes; measurements are kept under it. */
  readonly recipe: string;
  images(): CatalogueImage[];
  /** Finds an entry by any spelling a `FROM` may use (with or without `docker.io/library/`, a digest is not accepted). */
  find(reference: string): CatalogueEntry | undefined;
  /** Brings every image into the engine, those named in `first` before the rest; failures are kept per image. */
  fill(request: FillRequest): Promise<void>;
  /** Resolves when these are in the engine; rejects `not_ready` with the image's failure when one can't be made. */
  ready(names: string[], signal?: AbortSignal): Promise<void>;
  onChange(listener: () => void): () => void;
}

export interface FillRequest {
  /** Names or aliases. */
  first: string[];
  /** Nothing but those (and what the grader itself needs). */
  only?: boolean;
  signal?: AbortSignal;
}

export interface CatalogueOptions {
  engine: Engine;
  /** Downloads and built images are kept in `catalogue/` below it, the package mirror's tree in `packages/`. */
  cacheDir: string;
  progress: ProgressSink;
  /** Absent: nothing is pulled, every image is a stand-in. */
  registry?: RegistryOptions;
}

export interface RegistryOptions {
  /** `content/catalogue-lock.json`: which official images are pinned. */
  lockFile: string;
  /** The user's Docker configuration (`~/.docker`), with credentials and credential helpers. */
  dockerConfigDir: string;
  /** The daemon's (`/etc/docker`), with mirrors, insecure registries and certificates. */
  dockerEtcDir: string;
  /** The operator's, with proxy variables and CA bundles, for the registry client. */
  environment: NodeJS.ProcessEnv;
  /** Other patience than `limits.registry`. */
  timing?: RegistryTiming;
}

/** What one lock file needs, so that the same set is filled once. */
export interface PackageRequest {
  /** A folder with `package-lock.json`, `go.mod` + `go.sum` and/or `Cargo.toml` + `Cargo.lock`. */
  folder: string;
  /** For progress and errors, e.g. the exercise's slug. */
  label: string;
}

export interface PackageFill {
  /** What could not be had, one sentence each; empty when everything is there. */
  missing: string[];
}

/** Fills the mirror's static tree (npm, Go, crates) with each ecosystem's own client; keyed by the lock files' hash. */
export type FillPackages = (request: PackageRequest, signal?: AbortSignal) => Promise<PackageFill>;
