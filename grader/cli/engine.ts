import { formatSize } from '../checks/format-size.ts';
import { chooseLauncher } from '../engine/open-engine.ts';
import { StagecraftError } from '../errors.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Starts the sandbox engine and leaves it running when this command ends. */
export async function start(context: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  try {
    const launcher = await chooseLauncher(context.settings);
    const engine = await launcher.start({ progress: display.sink, signal: context.signal });
    await launcher.keep();
    display.close();
    process.stdout.write(
      `The sandbox engine runs; its socket is ${engine.socketPath}. Stop it with "npx stagecraft engine stop".\n`,
    );
    return exitCodes.passed;
  } finally {
    display.close();
  }
}

export async function stop(options: { force?: boolean }, context: CommandContext): Promise<number> {
  const launcher = await chooseLauncher(context.settings);
  const status = await launcher.status();
  if (status && status.users.length > 0 && !options.force) {
    throw new StagecraftError(
      'conflict',
      `The sandbox engine is in use by process ${status.users.join(', ')}. Stop that first, or add --force: running submissions are then lost.`,
    );
  }
  await launcher.stop();
  process.stdout.write(
    status ? 'The sandbox engine is stopped; its data stays.\n' : 'The sandbox engine was not running.\n',
  );
  return exitCodes.passed;
}

export async function status(options: { json?: boolean }, context: CommandContext): Promise<number> {
  const found = await (await chooseLauncher(context.settings)).status();
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
