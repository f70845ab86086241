import { exportBundle } from '../air-gap/export.ts';
import { importBundle } from '../air-gap/import.ts';
import { formatSize } from '../checks/format-size.ts';
import { buildSite } from './build-site.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Writes everything that a machine without a network needs beside the checkout into one file. */
export async function exportCatalogue(file: string, context: CommandContext): Promise<number> {
  const { settings, signal } = context;
  const display = openProgressDisplay();
  try {
    await buildSite(settings, { progress: display.sink, signal });
    const exported = await exportBundle({ file, settings, progress: display.sink, signal });
    display.close();
    process.stdout.write(`${exported.file}: ${formatSize(exported.sizeBytes)}, SHA-256 ${exported.sha256}\n`);
    return exitCodes.passed;
  } finally {
    display.close();
  }
}

/** Checks such a file and puts its contents where this machine needs them. */
export async function importCatalogue(file: string, context: CommandContext): Promise<number> {
  const { settings, signal } = context;
  const display = openProgressDisplay();
  try {
    const { made, commit, installed } = await importBundle({ file, settings, progress: display.sink, signal });
    display.close();
    const from = commit === null ? '' : ` from commit ${commit.slice(0, 12)}`;
    const also = installed.length === 0 ? '' : ` Installed the Debian packages ${installed.join(', ')}.`;
    process.stdout.write(`Imported what was exported on ${made.slice(0, 10)}${from}.${also} Start with: npm start\n`);
    return exitCodes.passed;
  } finally {
    display.close();
  }
}
