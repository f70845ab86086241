/**
 * Builds one context in one slot with `docker-buildx`, and says what happened as data.
 *
 * Absent on purpose: nothing is judged here (see `admit.ts` for before and `grader/verdict` for after), nothing is ever
 * allowed (`--allow`), pushed or exported, and the environment of this process is not passed on.
 */
import type { VertexReport } from '../contract/report.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type BuildFailure, failureOf, isBesideTheText, isEngineLost, isLayerLost } from './build-failure.ts';
import { type BuildEvent, BuildProgress } from './build-progress.ts';
import { type BuildRequest, solve, throwIfCancelled } from './solve.ts';

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

/**
 * Builds. A Dockerfile that fails is a resolved promise.
 * @throws StagecraftError `cancelled` when the signal fired, the process is gone by then; `engine_unavailable` (retryable)
 * when the engine went away under the build
 */
export async function buildImage(request: BuildRequest, options: BuildOptions): Promise<BuildResult> {
  const built = await buildOnce(request, options);
  const { failure } = built;
  // Every build that comes upon the cache record of a lost layer fails: leave the cache out.
  const ours = failure !== undefined && (isLayerLost(failure) || isBesideTheText(failure));
  return ours ? buildOnce({ ...request, noCache: true }, options) : built;
}

async function buildOnce(request: BuildRequest, options: BuildOptions): Promise<BuildResult> {
  throwIfCancelled(options.signal);
  const logFull = new AbortController();
  const progress = new BuildProgress({
    model: request.model,
    emit: options.emit ?? (() => {}),
    logBytesMax: request.logBytesMax ?? limits.build.logBytesMax,
    onLogFull: () => logFull.abort(),
  });
  const end = await solve(request, {
    engine: options.engine,
    slot: options.slot,
    onStatus: (status) => progress.add(status),
    signal: AbortSignal.any([options.signal, logFull.signal]),
  });
  progress.end();
  throwIfCancelled(options.signal);
  const ok = end.exitCode === 0;
  const reason = end.timedOut ? 'timeout' : logFull.signal.aborted ? 'log_limit' : 'failed';
  const failure = ok ? undefined : failureOf(reason, progress, end.plain);
  if (failure !== undefined && isEngineLost(failure)) {
    const message = 'The sandbox engine went away during the build. Try again.';
    throw new StagecraftError('engine_unavailable', message, { retryable: true, cause: failure.raw });
  }
  return {
    ok,
    durationMs: end.durationMs,
    contextBytes: progress.contextBytes,
    vertexes: progress.reports(),
    imageId: end.imageId,
    imageTag: end.imageTag,
    failure,
    logBytes: progress.logBytes,
    logBytesDropped: progress.logBytesDropped,
  };
}

/** Takes the tag off; the image goes with its last tag. Fails silently: the image may be gone already. */
export async function removeBuiltImage(engine: Pick<Engine, 'docker'>, imageTag: string | undefined): Promise<void> {
  if (imageTag !== undefined)
    await engine.docker
      .getImage(imageTag)
      .remove({ force: false })
      .catch(() => {});
}
