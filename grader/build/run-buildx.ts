/**
 * Builds one context in one slot with `docker-buildx`, and says what happened as data.
 *
 * Absent on purpose: nothing is judged here (see `admit.ts` for before and `grader/verdict` for after), nothing is ever
 * allowed (`--allow`), pushed or exported, and the environment of this process is not passed on.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VertexReport } from '../contract/report.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type BuildEvent, BuildProgress } from './build-progress.ts';
import type { DockerfileModel } from './dockerfile.ts';
import { plainLine } from './log-lines.ts';
import { RawJsonReader } from './rawjson.ts';
import { runBuildx } from './spawn-buildx.ts';

export interface BuildRequest {
  /** Folder with the app, `.dockerignore` and, unless `dockerfilePath` is given, the Dockerfile. */
  contextDir: string;
  /** @default `contextDir/Dockerfile` */
  dockerfilePath?: string;
  /** Gives vertexes their lines; parsed from the text that is built. */
  model: DockerfileModel | undefined;
  /** Cache mounts are shared by builds of the same learner only. Undefined: shared with nobody's namespace. */
  learner?: string | undefined;
  target?: string | undefined;
  buildArgs?: Record<string, string>;
  /** `RUN --mount=type=secret,id=…` reads the value. */
  secrets?: { id: string; value: string }[];
  /** Names of stages that are built anew. */
  noCacheStages?: string[];
  noCache?: boolean;
  /** `none`: run the steps, keep no image. @default 'image' */
  output?: 'image' | 'none';
  /** @default limits.build.timeoutMs */
  timeoutMs?: number;
  /** @default limits.build.logBytesMax */
  logBytesMax?: number;
}

export interface BuildOptions {
  engine: Pick<Engine, 'buildx'>;
  slot: Pick<Slot, 'cgroupParent'>;
  /** Log lines and vertexes as they come. */
  emit?: (event: BuildEvent) => void;
  signal: AbortSignal;
}

export interface BuildResult {
  ok: boolean;
  durationMs: number;
  /** Undefined when the build loaded no context. */
  contextBytes: number | undefined;
  /** In the order of their start, BuildKit's own `[internal]` ones too. */
  vertexes: VertexReport[];
  /** `sha256:…` */
  imageId: string | undefined;
  /** Keeps the image from being pruned; remove it with `removeBuiltImage`. */
  imageTag: string | undefined;
  failure: BuildFailure | undefined;
  logBytes: number;
  /** Bytes that were not kept; 0 when the whole log was. */
  logBytesDropped: number;
}

export interface BuildFailure {
  /** Why buildx ended. */
  reason: 'failed' | 'timeout' | 'log_limit';
  /** BuildKit's last words: the line `ERROR: …` without its head. */
  raw: string;
  /** The step that failed, where one did. */
  vertex: VertexReport | undefined;
  /** Its last lines, without colours. */
  logTail: string[];
  /** Of the process that failed. */
  exitCode: number | undefined;
  /** From the step, or from BuildKit's excerpt of the Dockerfile. */
  line: number | undefined;
}

/**
 * Builds. A Dockerfile that fails is a resolved promise.
 * @throws StagecraftError `cancelled` when the signal fired; the process is gone by then
 */
export async function buildImage(request: BuildRequest, options: BuildOptions): Promise<BuildResult> {
  throwIfCancelled(options.signal);
  const workDir = await mkdtemp(join(tmpdir(), 'stagecraft-buildx-'));
  try {
    return await build(request, options, workDir);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Takes the tag off; the image goes with its last tag. Fails silently: the image may be gone already. */
export async function removeBuiltImage(engine: Pick<Engine, 'docker'>, imageTag: string | undefined): Promise<void> {
  if (imageTag !== undefined) await engine.docker.getImage(imageTag).remove({ force: false }).catch(() => {});
}

/** The namespace of a learner's cache mounts. */
export function cacheNamespace(learner: string): string {
  return createHash('sha256').update(`stagecraft cache mounts\0${learner}`).digest('hex').slice(0, 32);
}

async function build(request: BuildRequest, options: BuildOptions, workDir: string): Promise<BuildResult> {
  const imageTag = request.output === 'none' ? undefined : `stagecraft-build:${randomBytes(12).toString('hex')}`;
  const logFull = new AbortController();
  const progress = new BuildProgress({
    model: request.model,
    emit: options.emit ?? (() => {}),
    logBytesMax: request.logBytesMax ?? limits.build.logBytesMax,
    onLogFull: () => logFull.abort(),
  });
  const reader = new RawJsonReader((status) => progress.add(status));
  const end = await runBuildx(
    {
      command: options.engine.buildx.command,
      args: await buildArguments(request, { slot: options.slot, workDir, imageTag }),
      // Its notes on past builds would pile up in a shared folder.
      env: { ...options.engine.buildx.env, BUILDX_CONFIG: workDir, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      timeoutMs: request.timeoutMs ?? limits.build.timeoutMs,
      onStderr: (text) => reader.push(text),
    },
    AbortSignal.any([options.signal, logFull.signal]),
  );
  reader.end();
  progress.end();
  throwIfCancelled(options.signal);
  const ok = end.exitCode === 0;
  const reason = end.timedOut ? 'timeout' : logFull.signal.aborted ? 'log_limit' : 'failed';
  return {
    ok,
    durationMs: end.durationMs,
    contextBytes: progress.contextBytes,
    vertexes: progress.reports(),
    imageId: ok && imageTag !== undefined ? (await readFile(join(workDir, 'image-id'), 'utf8')).trim() : undefined,
    imageTag: ok ? imageTag : undefined,
    failure: ok ? undefined : failureOf(reason, progress, reader.plain),
    logBytes: progress.logBytes,
    logBytesDropped: progress.logBytesDropped,
  };
}

async function buildArguments(
  request: BuildRequest,
  at: { slot: BuildOptions['slot']; workDir: string; imageTag: string | undefined },
): Promise<string[]> {
  const args = ['build', '--progress=rawjson', `--cgroup-parent=${at.slot.cgroupParent}`];
  args.push(`--file=${request.dockerfilePath ?? join(request.contextDir, 'Dockerfile')}`);
  if (at.imageTag === undefined) args.push('--output=type=cacheonly');
  else args.push(`--tag=${at.imageTag}`, `--iidfile=${join(at.workDir, 'image-id')}`);
  if (request.target !== undefined) args.push(`--target=${request.target}`);
  if (request.noCache === true) args.push('--no-cache');
  for (const stage of request.noCacheStages ?? []) args.push(`--no-cache-filter=${stage}`);
  if (request.learner !== undefined) {
    args.push(`--build-arg=BUILDKIT_CACHE_MOUNT_NS=${cacheNamespace(request.learner)}`);
  }
  for (const [name, value] of Object.entries(request.buildArgs ?? {})) args.push(`--build-arg=${name}=${value}`);
  for (const [index, { id, value }] of (request.secrets ?? []).entries()) {
    const path = join(at.workDir, `secret-${index}`);
    await writeFile(path, value, { mode: 0o600 });
    args.push(`--secret=${csv(`id=${id}`)},${csv(`src=${path}`)}`);
  }
  return [...args, '--', request.contextDir];
}

function csv(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}

function failureOf(reason: BuildFailure['reason'], progress: BuildProgress, plain: string): BuildFailure {
  const failed = progress.failed();
  const raw = rawError(plain) || failed?.vertex.error || '';
  const exitCode = /exit code: (\d+)/.exec(failed?.vertex.error ?? raw)?.[1];
  const excerptLine = /^[^\s:]*Dockerfile[^\s:]*:(\d+)$/m.exec(plain)?.[1];
  return {
    reason,
    raw,
    vertex: failed?.vertex,
    logTail: failed?.tail.map(plainLine) ?? [],
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
    line: failed?.vertex.line ?? (excerptLine === undefined ? undefined : Number(excerptLine)),
  };
}

/** Everything from `ERROR: ` on, without the phrases that only repeat that it failed. */
function rawError(plain: string): string {
  const at = plain.lastIndexOf('ERROR: ');
  if (at === -1) return plain.trim().slice(-2_000);
  return plain
    .slice(at + 'ERROR: '.length)
    .trim()
    .replace(/^failed to solve: /, '')
    .slice(0, 4_000);
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new StagecraftError('cancelled', 'The build was cancelled.', { cause: signal.reason });
}
