/** What the catalogue needs of a registry client. skopeo is one; where there is no Debian host another takes its place. */
import { StagecraftError } from '../../errors.ts';
import type { Platform } from './lock.ts';

/** How patient a client is; `limits.registry` unless told. */
export interface RegistryTiming {
  pullTimeoutMs: number;
  silenceMs: number;
  rateLimitWaitMs: number;
  progressIntervalMs: number;
  retryDelayMs: number;
}

export interface RegistryClient {
  /** The manifest or index behind `repository:tag` or `repository@sha256:…`, as the registry sent it. */
  manifest(reference: string, signal?: AbortSignal): Promise<string>;
  /** The configuration of an image that is no index, as text. */
  config(reference: string, signal?: AbortSignal): Promise<string>;
  /** Downloads one image. Blobs that are there already, of another image or a broken-off pull, are not fetched again. */
  pull(request: PullRequest): Promise<PulledImage>;
  /** Writes a pulled image as a file for `docker load`, under one name. Rejects `damaged` when a blob is. */
  archive(image: PulledImage, request: ArchiveRequest): Promise<void>;
}

export interface ArchiveRequest {
  name: string;
  file: string;
  signal?: AbortSignal | undefined;
}

export interface PullRequest {
  /** Without tag or digest: `node`, `gcr.io/distroless/base-debian12`. */
  repository: string;
  digest: string;
  platform: Platform;
  /** For progress; 0 when unknown. */
  downloadBytes: number;
  onProgress?: ((text: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface PulledImage {
  /** An OCI image layout whose one image is called `image`. */
  layout: string;
  /** Its blobs, shared by all layouts: `sha256/…`. */
  blobs: string;
}

export type RegistryFailureKind =
  | 'missing'
  | 'unauthorised'
  | 'untrusted'
  | 'damaged'
  | 'rate_limited'
  | 'server_error'
  | 'silent'
  | 'unreachable'
  | 'disk_full'
  | 'other';

/** Why an image could not be had, for people in `message`. */
export class RegistryFailure extends StagecraftError {
  readonly kind: RegistryFailureKind;

  constructor(kind: RegistryFailureKind, message: string, cause?: unknown) {
    super(kind === 'disk_full' ? 'disk_full' : 'not_ready', message, { retryable: true, cause });
    this.name = 'RegistryFailure';
    this.kind = kind;
  }
}

/** The registry's host as people know it. */
export function registryHost(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
