import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatSize } from '../checks/format-size.ts';
import type { Launcher } from '../engine/engine.ts';
import { isAlive, markProcess, type ProcessMark, untilEnded } from '../engine/host/processes.ts';
import { chooseLauncher, openEngine } from '../engine/open-engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { silentProgress } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Starts the sandbox engine and leaves a process behind that holds it, until `engine stop`. */
export async function start({ settings, signal }: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const engine = await openEngine({ settings, progress: display.sink, signal });
  try {
    if ((await holderOf(settings)) === undefined) await startHolder(settings, signal);
    display.close();
    process.stdout.write(
      `The sandbox engine runs; its socket is ${engine.socketPath}. "npx stagecraft engine stop" ends it.\n`,
    );
    return exitCodes.passed;
  } finally {
    display.close();
    await engine.release();
  }
}

/** The process that `engine start` leaves behind: uses the engine until it is told to end. */
export async function hold({ settings, signal }: CommandContext): Promise<number> {
  const engine = await openEngine({ settings, progress: silentProgress, signal });
  const mark = markProcess(process.pid);
  await writeFile(holderFile(settings), JSON.stringify(mark));
  const staying = setInterval(() => {}, 60_000);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(staying);
  await rm(holderFile(settings), { force: true });
  await engine.release();
  return exitCodes.passed;
}

async function startHolder(settings: Settings, signal: AbortSignal): Promise<void> {
  const program = join(settings.projectDir, 'grader', 'cli', 'main.ts');
  const child = spawn(process.execPath, [program, 'engine', 'hold'], {
    detached: true,
    stdio: 'ignore',
    env: settings.environment,
  });
  child.unref();
  const deadline = Date.now() + limits.engine.bootTimeoutMs;
  while ((await holderOf(settings)) === undefined) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new StagecraftError('internal', 'The process that is to hold the sandbox engine did not start.');
    }
    await wait(50, undefined, { signal });
  }
}

const holderFile = (settings: Settings) => join(settings.homeDir, 'engine-holder.json');

async function holderOf(settings: Settings): Promise<ProcessMark | undefined> {
  const text = await readFile(holderFile(settings), 'utf8').catch(() => undefined);
  const mark = text === undefined ? undefined : (JSON.parse(text) as ProcessMark);
  return mark !== undefined && isAlive(mark) ? mark : undefined;
}

/** @throws StagecraftError `conflict` when others use it, unless forced */
export async function stop(options: { force?: boolean }, { settings }: CommandContext): Promise<number> {
  const launcher = await chooseLauncher(settings);
  const ran = await endHolder(launcher, options, settings);
  await launcher.stop();
  process.stdout.write(
    ran ? 'The sandbox engine is stopped; its data stays.\n' : 'The sandbox engine was not running.\n',
  );
  return exitCodes.passed;
}

/** @throws StagecraftError `conflict` when others use it, unless forced */
export async function remove(options: { force?: boolean }, { settings }: CommandContext): Promise<number> {
  const launcher = await chooseLauncher(settings);
  await endHolder(launcher, options, settings);
  await launcher.remove();
  process.stdout.write(
    `The sandbox engine and its data are removed. What it was made from stays in ${settings.cacheDir}, your submissions in the database.\n`,
  );
  return exitCodes.passed;
}

/** Ends the process that `engine start` left behind. @returns whether the engine runs */
async function endHolder(launcher: Launcher, options: { force?: boolean }, settings: Settings): Promise<boolean> {
  const status = await launcher.status();
  const holder = await holderOf(settings);
  const others = status?.users.filter((pid) => pid !== holder?.pid) ?? [];
  if (others.length > 0 && !options.force) {
    throw new StagecraftError(
      'conflict',
      `The sandbox engine is in use by process ${others.join(', ')}. Stop that first, or add --force: what it builds is then lost.`,
    );
  }
  if (holder !== undefined) {
    process.kill(holder.pid, 'SIGTERM');
    await untilEnded(holder, limits.engine.stopTimeoutMs);
  }
  return status !== undefined;
}

export async function status(options: { json?: boolean }, { settings }: CommandContext): Promise<number> {
  const found = await (await chooseLauncher(settings)).status();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found ?? null, null, 2)}\n`);
  } else if (!found) {
    process.stdout.write('The sandbox engine is not running.\n');
  } else {
    const users = found.users.length > 0 ? `used by process ${found.users.join(', ')}` : 'used by no one';
    process.stdout.write(
      `The sandbox engine runs since ${found.startedAt} (pid ${found.pid}, Docker ${found.dockerVersion}), ${users}.\n` +
        `Disk: ${formatSize(found.diskFreeBytes)} of ${formatSize(found.diskBytes)} free.\n`,
    );
  }
  return found ? exitCodes.passed : exitCodes.notPassed;
}
