/** Why a build ended without an image, as BuildKit tells it; `grader/verdict` explains it to people. */
import type { VertexReport } from '../contract/report.ts';
import { type BuildProgress, withoutMiddle, withoutMounts } from './build-progress.ts';
import { plainLine } from './log-lines.ts';

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

/** @param plain what buildx wrote beside statuses */
export function failureOf(reason: BuildFailure['reason'], progress: BuildProgress, plain: string): BuildFailure {
  const failed = progress.failed();
  const raw = rawError(plain) || failed?.vertex.error || '';
  const error = failed?.vertex.error ?? raw;
  // The command itself, which stands before, may have the same words.
  const exitCode = [...error.matchAll(/did not complete successfully: exit code: (\d+)/g)].at(-1)?.[1];
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

/** Everything from the line `ERROR: ` on, without the phrases that only repeat that it failed. */
export function rawError(plain: string): string {
  // The first one: a command of several lines that BuildKit repeats behind it may have another.
  const words = /^ERROR: (.*)/ms.exec(plain)?.[1];
  if (words === undefined) return plain.trim().slice(-2_000);
  return withoutMounts(withoutMiddle(words.trim(), 4_000)).replace(/^failed to solve: /, '');
}

/** Whether the engine went away under the build: that is our fault, not the Dockerfile's. */
export function isEngineLost({ reason, raw }: BuildFailure): boolean {
  const lost = new RegExp(
    [
      '^(?:Cannot connect to the Docker daemon|error during connect|failed to receive status',
      'rpc error: code = (?:Unavailable|Canceled)|(?:Unavailable|Canceled): )',
    ].join('|'),
  );
  return reason === 'failed' && lost.test(raw);
}

/**
 * Whether BuildKit's cache knows a result whose layer the image store has lost, as after an engine that was killed or when
 * an image was removed at the same moment (moby/moby issues 36573 and 39547).
 */
export function isLayerLost({ reason, raw }: BuildFailure): boolean {
  const lost =
    /^(?!process ").*(?:layer does not exist|unknown parent image ID \S+|parent snapshot \S+ does not exist: not found)$/m;
  return reason === 'failed' && lost.test(raw);
}

/**
 * Whether it was nothing that a Dockerfile does, but what the engine does around its lines, as exporting the image. A full
 * disk does not get emptier by another try.
 */
export function isBesideTheText({ reason, line, exitCode, raw }: BuildFailure): boolean {
  return reason === 'failed' && line === undefined && exitCode === undefined && !/no space left/i.test(raw);
}
