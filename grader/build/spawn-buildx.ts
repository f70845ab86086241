/** Runs one `docker-buildx` to its end, whatever happens: time limit, cancellation, a client that doesn't listen. */
import { spawn } from 'node:child_process';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';

export interface BuildxRun {
  command: string;
  args: string[];
  /** The whole environment: nothing of ours is passed on. */
  env: Record<string, string>;
  timeoutMs: number;
  onStderr: (text: string) => void;
}

export interface BuildxEnd {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  timedOut: boolean;
  durationMs: number;
}

/**
 * Resolves when the process is gone. `signal` ends it (SIGTERM, then SIGKILL) and resolves too: the caller knows why.
 * @throws StagecraftError `host_lacks` when buildx can't be started at all.
 */
export async function runBuildx(run: BuildxRun, signal: AbortSignal): Promise<BuildxEnd> {
  const start = performance.now();
  const child = spawn(run.command, run.args, { env: run.env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new StagecraftError('host_lacks', `The build program ${run.command} can't be started.`, { cause })),
    );
    child.once('close', (code) => resolve(code ?? undefined));
  });
  // A process that could not be started for want of file descriptors has no output either.
  child.stderr?.setEncoding('utf8').on('data', run.onStderr);
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (killTimer !== undefined || child.exitCode !== null) return;
    child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), limits.build.terminateGraceMs);
  };
  const timeLimit = setTimeout(() => {
    timedOut = true;
    stop();
  }, run.timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const exitCode = await ended;
    return { exitCode, timedOut, durationMs: performance.now() - start };
  } finally {
    clearTimeout(timeLimit);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', stop);
  }
}
