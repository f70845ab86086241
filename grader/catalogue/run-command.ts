/** Runs one program on the host to its end. Output is kept up to a bound, so that a chatty client can't fill memory. */
import { spawn } from 'node:child_process';
import { StagecraftError } from '../errors.ts';

/** More than any listing we read; what comes after is dropped from the front. */
const outputCharactersMax = 64 * 1024 * 1024;
const stderrCharactersMax = 64 * 1024;

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  signal?: AbortSignal | undefined;
  /** Sees standard error as it comes, in pieces. */
  onStderr?: (text: string) => void;
}

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program and returns how it ended, whatever its exit code.
 * @throws StagecraftError `host_lacks` when there is no such program, `cancelled` when the signal fires.
 */
export async function runCommand(command: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = command;
  if (program === undefined) throw new StagecraftError('internal', 'A command without a program was to be run.');
  if (options.signal?.aborted) throw cancelled(program);
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      // The operator's own settings (proxy, certificates) are the clients' business: pass everything on.
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: options.signal,
    });
    // First: a process that could not be started for want of file descriptors has no streams.
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (options.signal?.aborted) reject(cancelled(program));
      else reject(startFailure(program, error));
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-outputCharactersMax);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-stderrCharactersMax);
      options.onStderr?.(text);
    });
    child.stdin?.on('error', () => {}); // The program may end without reading; its exit code tells.
    child.stdin?.end(options.input ?? '');
    child.on('close', (code, signalName) => {
      if (options.signal?.aborted) reject(cancelled(program));
      else resolve({ exitCode: code ?? (signalName ? 128 : 1), stdout, stderr });
    });
  });
}

/** As `runCommand`, and a failure is an error whose sentence ends with what the program said last. */
export async function runOrThrow(command: string[], options: CommandOptions & { doing: string }): Promise<string> {
  const result = await runCommand(command, options);
  if (result.exitCode === 0) return result.stdout;
  throw new StagecraftError(
    'internal',
    `${options.doing} did not work: ${command[0]} ended with code ${result.exitCode}. ${lastLines(result.stderr)}`,
    { retryable: true },
  );
}

/** The last lines that say something, on one line. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-count)
    .join(' · ');
}

function cancelled(program: string): StagecraftError {
  return new StagecraftError('cancelled', `${program} was stopped.`);
}

function startFailure(program: string, error: NodeJS.ErrnoException): StagecraftError {
  if (error.code === 'ENOENT') {
    return new StagecraftError('host_lacks', `The program ${program} was not found on this machine; install it.`, {
      cause: error,
    });
  }
  return new StagecraftError('internal', `${program} could not be started.`, { cause: error });
}
