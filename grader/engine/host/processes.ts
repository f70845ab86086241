/** Running commands, and telling a process from another one that was later given its number. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StagecraftError } from '../../errors.ts';

const exec = promisify(execFile);

export interface RunOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end.
 * @returns its standard output
 * @throws StagecraftError `internal` with the end of its error output, or `cancelled`
 */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  try {
    const { stdout } = await exec(command, args, {
      signal: options.signal,
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
      maxBuffer: 32 * 1024 * 1024,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    return stdout;
  } catch (cause) {
    if (options.signal?.aborted) throw new StagecraftError('cancelled', `${command} was cancelled.`, { cause });
    const failed = cause as { stderr?: string; message: string };
    const detail = (failed.stderr?.trim() || failed.message).slice(-1500);
    throw new StagecraftError('internal', `\`${command} ${args.join(' ')}\` failed: ${detail}`, { cause });
  }
}

/** A process as a fact that stays true: number, start time in kernel ticks, and which boot of the machine. */
export interface ProcessMark {
  pid: number;
  startTicks: number;
  bootId: string;
}

/** @returns undefined when there is no such process */
export function markProcess(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return {
      pid,
      startTicks: Number(fields[19]),
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    };
  } catch {
    return undefined;
  }
}

export function isAlive(mark: ProcessMark): boolean {
  const now = markProcess(mark.pid);
  return now !== undefined && now.startTicks === mark.startTicks && now.bootId === mark.bootId;
}

/** @returns whether it ended in time */
export async function untilEnded(mark: ProcessMark, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(mark)) {
    if (Date.now() > deadline) return false;
    await wait(20);
  }
  return true;
}

/** Sends a signal to exactly this process; false when it has ended. */
export function signalProcess(mark: ProcessMark, name: NodeJS.Signals): boolean {
  if (!isAlive(mark)) return false;
  try {
    process.kill(mark.pid, name);
    return true;
  } catch {
    return false;
  }
}
