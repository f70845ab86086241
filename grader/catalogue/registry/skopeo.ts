/**
 * The registry client on a Debian host: skopeo. It verifies digests, follows mirrors, knows credential helpers and
 * `/etc/docker/certs.d`, and waits as a registry's Retry-After says.
 *
 * Added here: an end to silence, a bound on waiting, and progress in bytes, read off the files that grow.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { exists, madeOnce } from '../made-once.ts';
import { type CommandResult, runCommand } from '../run-command.ts';
import { type BlobStore, bytesBelow, bytesOf, isComplete, layoutOf, noteUse } from './blobs.ts';
import {
  type ArchiveRequest,
  type PulledImage,
  type PullRequest,
  type RegistryClient,
  RegistryFailure,
  type RegistryTiming,
  registryHost,
} from './client.ts';
import type { HostDocker } from './host-docker.ts';
import { explainSkopeo, pauseIn } from './skopeo-failure.ts';

export interface SkopeoOptions {
  /** For its configuration; private to this process. */
  scratch: string;
  store: BlobStore;
  host: HostDocker;
  /** The operator's environment, with proxy variables and CA bundle. */
  environment: NodeJS.ProcessEnv;
  timing?: RegistryTiming | undefined;
}

/** Also when this process is killed: a pull of an hour must not go on alone. */
const endsWithUs = ['setpriv', '--pdeathsig', 'KILL'];

export class Skopeo implements RegistryClient {
  readonly #options: SkopeoOptions;
  readonly #timing: RegistryTiming;
  readonly #flags: string[];

  /** Writes its configuration into `scratch`. */
  static async open(options: SkopeoOptions): Promise<Skopeo> {
    const { scratch, host } = options;
    await mkdir(scratch, { recursive: true });
    await writeFile(join(scratch, 'registries.conf'), host.registriesConf);
    // What may be pulled is decided by digest, in the lock file.
    await writeFile(join(scratch, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    return new Skopeo(options);
  }

  private constructor(options: SkopeoOptions) {
    this.#options = options;
    this.#timing = options.timing ?? limits.registry;
    const { scratch } = options;
    this.#flags = [`--registries-conf=${join(scratch, 'registries.conf')}`, `--policy=${join(scratch, 'policy.json')}`];
  }

  async manifest(reference: string, signal?: AbortSignal): Promise<string> {
    return (await this.#inspect(['--raw'], { reference, signal })).stdout;
  }

  async config(reference: string, signal?: AbortSignal): Promise<string> {
    return (await this.#inspect(['--config', '--raw'], { reference, signal })).stdout;
  }

  async pull(request: PullRequest): Promise<PulledImage> {
    const { store } = this.#options;
    const { repository, digest, platform, signal } = request;
    const layout = layoutOf(store, digest);
    const image = { layout, blobs: store.blobs };
    if (await exists(layout)) {
      if (await isComplete(store, layout)) {
        await noteUse(layout);
        return image;
      }
      throw new RegistryFailure('damaged', `The downloaded copy of ${repository} in ${layout} is not whole.`);
    }
    await mkdir(store.blobs, { recursive: true });
    await madeOnce(layout, async (folder) => {
      const [os, architecture] = platform.split('/') as [string, string];
      const command = [
        ...[
          ...endsWithUs,
          'skopeo',
          '--debug',
          ...this.#flags,
          `--override-os=${os}`,
          `--override-arch=${architecture}`,
        ],
        ...['copy', ...this.#authentication('--src-authfile'), `--dest-shared-blob-dir=${store.blobs}`],
        ...[`docker://${repository}@${digest}`, `oci:${folder}:image`],
      ];
      const bytes = async (digests: Set<string>) => (await bytesBelow(folder)) + (await bytesOf(store, digests));
      await this.#watch(command, { reference: `${repository}@${digest}`, bytes, request, signal });
    });
    return image;
  }

  async archive(image: PulledImage, { name, file, signal }: ArchiveRequest): Promise<void> {
    const source = [`--src-shared-blob-dir=${image.blobs}`, `oci:${image.layout}:image`];
    const command = [
      ...endsWithUs,
      'skopeo',
      ...this.#flags,
      'copy',
      '--quiet',
      ...source,
      `docker-archive:${file}:${name}`,
    ];
    const result = await runCommand(command, { env: this.#options.environment, signal });
    if (result.exitCode !== 0) throw explainSkopeo(result.stderr, name);
  }

  async #inspect(
    flags: string[],
    request: { reference: string; signal: AbortSignal | undefined },
  ): Promise<CommandResult> {
    const { reference } = request;
    const command = [
      ...['skopeo', '--debug', ...this.#flags, 'inspect', ...flags, ...this.#authentication('--authfile')],
      `docker://${reference}`,
    ];
    return await this.#watch(command, { reference, signal: request.signal });
  }

  #authentication(flag: string): string[] {
    const { authFile } = this.#options.host;
    return authFile === undefined ? [] : [`${flag}=${authFile}`];
  }

  /** Runs it, and ends it when the registry says nothing for too long or wants to be waited for too long. */
  async #watch(command: string[], job: WatchedJob): Promise<CommandResult> {
    const { reference, signal } = job;
    const timing = this.#timing;
    const stop = new AbortController();
    const host = registryHost(reference.replace(/[@].*/, ''));
    const giveUp = (failure: RegistryFailure): void => stop.abort(failure);
    const silent = (): void => giveUp(new RegistryFailure('silent', silence(host, timing.silenceMs)));
    let silenceTimer = setTimeout(silent, timing.silenceMs);
    const heard = (pauseMs = 0): void => {
      clearTimeout(silenceTimer);
      silenceTimer = setTimeout(silent, timing.silenceMs + pauseMs);
    };
    let waitedMs = 0;
    const blobs = new Set<string>();
    const onStderr = (text: string): void => {
      for (const [, digest] of text.matchAll(/reuse blob (sha256:[0-9a-f]{64})/g)) blobs.add(digest as string);
      const pauseMs = (pauseIn(text) ?? 0) * 1000;
      waitedMs += pauseMs;
      if (waitedMs > timing.rateLimitWaitMs) giveUp(explainSkopeo('too many requests', reference));
      heard(pauseMs);
      if (pauseMs > 0) job.request?.onProgress?.(`${host} asks to wait ${Math.ceil(pauseMs / 1000)} s`);
    };
    const overall = AbortSignal.timeout(timing.pullTimeoutMs);
    const signals = [stop.signal, overall, ...(signal === undefined ? [] : [signal])];
    const stopCounting = job.bytes === undefined ? () => {} : this.#count({ ...job, blobs }, heard);
    try {
      const env = { ...this.#options.host.proxies, ...this.#options.environment };
      const result = await runCommand(command, { env, signal: AbortSignal.any(signals), onStderr });
      if (result.exitCode !== 0) throw explainSkopeo(result.stderr, reference);
      return result;
    } catch (error) {
      if (signal?.aborted) throw new StagecraftError('cancelled', 'Pulling base images was stopped.', { cause: error });
      if (stop.signal.aborted) throw stop.signal.reason;
      if (overall.aborted) throw new RegistryFailure('silent', slowness(reference, timing.pullTimeoutMs), error);
      throw error;
    } finally {
      clearTimeout(silenceTimer);
      stopCounting();
    }
  }

  /** Calls `heard` whenever bytes came, and reports them. */
  #count({ bytes, blobs, request }: WatchedJob & { blobs: Set<string> }, heard: () => void): () => void {
    let last = 0;
    let busy = false;
    const timer = setInterval(async () => {
      if (busy || bytes === undefined) return;
      busy = true;
      const now = await bytes(blobs).catch(() => last);
      busy = false;
      if (now === last) return;
      last = now;
      heard();
      request?.onProgress?.(progressText(now, request.downloadBytes));
    }, this.#timing.progressIntervalMs);
    return () => clearInterval(timer);
  }
}

interface WatchedJob {
  reference: string;
  signal: AbortSignal | undefined;
  request?: PullRequest;
  /** How much is on disk by now, given the blobs that the image is made of as far as known. */
  bytes?: (blobs: Set<string>) => Promise<number>;
}

function progressText(bytes: number, of: number): string {
  const mb = (value: number): string => (value / 1_000_000).toFixed(1);
  const total = of > 0 ? ` of ${mb(of)}` : '';
  return `pulling the official image: ${mb(of > 0 ? Math.min(bytes, of) : bytes)}${total} MB`;
}

function silence(host: string, ms: number): string {
  return `The registry ${host} said nothing for ${Math.round(ms / 1000)} seconds, so it was given up on. Check the network, or use a mirror.`;
}

function slowness(reference: string, ms: number): string {
  return `${reference} was not there after ${Math.round(ms / 60_000)} minutes, so the pull was broken off. What came is kept for the next try.`;
}
