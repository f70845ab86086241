/**
 * Runs the image's HEALTHCHECK inside the running container, as dockerd would, in the container's own limits. dockerd's
 * own runs are switched off (`container-spec.ts`): here every attempt has its time, and a second question can be asked,
 * whether the check notices a program that does not answer.
 */
import type { Readable } from 'node:stream';
import type { Container, Exec } from 'dockerode';
import { limits } from '../limits.ts';
import { pause, unlessAborted } from '../unless-aborted.ts';
import { readableLog } from './container-log.ts';
import type { HealthAttempt, HealthEvidence, ImageEvidence, ProcessOne } from './evidence.ts';
import { statusOf } from './remove-containers.ts';

export interface ToCheck {
  container: Container;
  config: Partial<Pick<ImageEvidence['config'], 'healthcheck' | 'shell'>>;
  process: ProcessOne | undefined;
  /** Undefined: nobody asks. */
  waitMs: number | undefined;
}

/** Undefined without a HEALTHCHECK. @throws the signal's reason when cancelled. */
export async function tryHealthCheck(
  { container, config, process, waitMs }: ToCheck,
  signal: AbortSignal,
): Promise<HealthEvidence | undefined> {
  const argv = healthCommand(config);
  if (waitMs === undefined || argv === undefined) return undefined;
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  let failure: HealthAttempt | undefined;
  for (;;) {
    const timeoutMs = Math.max(1, Math.min(limits.run.healthAttemptMs, waitMs - elapsedMs()));
    const attempt = await attemptIn(container, { argv, timeoutMs }, signal);
    if (attempt.exitCode === 0) {
      const healthyAfterMs = elapsedMs();
      const whileFrozen = isAlone(process) ? await attemptFrozen(container, argv, signal) : undefined;
      return { argv, waitedMs: waitMs, healthyAfterMs, attempt, whileFrozen };
    }
    // An attempt that our own deadline cut short says less than one that ended.
    if (failure === undefined || attempt.exitCode !== undefined) failure = attempt;
    if (elapsedMs() + PAUSE_MS >= waitMs || !attempt.started) {
      return { argv, waitedMs: waitMs, healthyAfterMs: undefined, attempt: failure };
    }
    await pause(PAUSE_MS, signal);
  }
}

const PAUSE_MS = 250;

/** What dockerd would start; undefined when there is nothing to start. */
export function healthCommand({ healthcheck, shell }: ToCheck['config']): string[] | undefined {
  const [kind, ...command] = healthcheck ?? [];
  if (command.length === 0) return undefined;
  if (kind === 'CMD') return command;
  if (kind === 'CMD-SHELL') return [...(shell ?? ['/bin/sh', '-c']), command.join(' ')];
  return undefined;
}

/** Only process 1 can be frozen from outside; children of it would go on answering. */
function isAlone(process: ProcessOne | undefined): boolean {
  return process?.children?.length === 0;
}

async function attemptFrozen(
  container: Container,
  argv: string[],
  signal: AbortSignal,
): Promise<HealthAttempt | undefined> {
  await unlessAborted(container.kill({ signal: 'SIGSTOP' }), signal);
  try {
    return await attemptIn(container, { argv, timeoutMs: limits.run.healthFrozenMs }, signal);
  } finally {
    // It may have been killed meanwhile, and then there is nothing to wake.
    await container.kill({ signal: 'SIGCONT' }).catch(() => {});
  }
}

/** One run. What goes on after its time ends with the container. */
async function attemptIn(
  container: Container,
  { argv, timeoutMs }: { argv: string[]; timeoutMs: number },
  signal: AbortSignal,
): Promise<HealthAttempt> {
  try {
    const exec = await unlessAborted(
      container.exec({ Cmd: argv, AttachStdout: true, AttachStderr: true, Tty: false }),
      signal,
    );
    const stream = await unlessAborted(exec.start({ hijack: false, stdin: false }), signal);
    const { output, ended } = await readOutput(stream as unknown as Readable, { timeoutMs, signal });
    const exitCode = ended ? await exitCodeOf(exec, signal) : undefined;
    return { exitCode, output, started: !couldNotStart(exitCode, output) };
  } catch (error) {
    signal.throwIfAborted();
    // The daemon refuses what can't be started (400), and what has ended (409).
    if (statusOf(error) === undefined) throw error;
    return { exitCode: undefined, output: wordsOf(error), started: false };
  }
}

/** The output ends a moment before the daemon knows the exit code. Undefined when it only closed its output. */
async function exitCodeOf(exec: Exec, signal: AbortSignal): Promise<number | undefined> {
  for (let attempt = 0; attempt < NOTICE_ATTEMPTS; attempt += 1) {
    const { ExitCode, Running } = await unlessAborted(exec.inspect(), signal);
    if (!Running) return ExitCode ?? undefined;
    await pause(NOTICE_PAUSE_MS, signal);
  }
  return undefined;
}

const NOTICE_ATTEMPTS = 40;
const NOTICE_PAUSE_MS = 25;

/** runc's own failure comes as the command's output, with the codes that a shell has for it. */
function couldNotStart(exitCode: number | undefined, output: string): boolean {
  return (exitCode === 126 || exitCode === 127) && /OCI runtime exec failed/.test(output);
}

function wordsOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message: string };
  return String(json?.message ?? message).slice(0, 500);
}

async function readOutput(
  stream: Readable,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<{ output: string; ended: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  const atEnd = new AbortController();
  stream.on('data', (chunk: Buffer) => {
    // Read on when there is enough, or the command would wait for us.
    if (bytes < limits.run.healthOutputBytesMax * 4) chunks.push(chunk);
    bytes += chunk.length;
  });
  stream.once('end', () => {
    ended = true;
    atEnd.abort();
  });
  stream.once('error', () => atEnd.abort());
  await pause(timeoutMs, AbortSignal.any([signal, atEnd.signal])).catch(() => signal.throwIfAborted());
  stream.destroy();
  return { output: readableLog(Buffer.concat(chunks), limits.run.healthOutputBytesMax), ended };
}
