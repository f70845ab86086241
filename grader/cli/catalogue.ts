import type { CatalogueImage } from '../catalogue/catalogue.ts';
import { formatSize } from '../checks/format-size.ts';
import { openGrader } from '../open-grader.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** What a FROM may name. Starts the engine to say which images are in it, builds nothing. */
export async function list(options: { json?: boolean }, context: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink, fill: false });
  try {
    display.close();
    const images = grader.catalogue.images();
    if (options.json) process.stdout.write(`${JSON.stringify({ source: grader.catalogue.source, images }, null, 2)}\n`);
    else process.stdout.write(`${images.map(lineOf).join('\n')}\n`);
    return exitCodes.passed;
  } finally {
    display.close();
    await grader.close();
  }
}

function lineOf(image: CatalogueImage): string {
  const size = image.sizeBytes === undefined ? '' : formatSize(image.sizeBytes);
  const source = image.source ?? '';
  const line = `${image.entry.name.padEnd(48)} ${image.state.padEnd(8)} ${source.padEnd(8)} ${size.padStart(9)}  ${image.entry.summary}`;
  return image.fallback === undefined ? line : `${line}\n  A stand-in is used: ${image.fallback}`;
}

/** Brings every image and every exercise's packages into the engine. */
export async function build(context: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink });
  try {
    await grader.filled;
    display.close();
    const images = grader.catalogue.images();
    const failed = images.filter((image) => image.state !== 'ready');
    process.stdout.write(`${images.length - failed.length} of ${images.length} images are ready.\n`);
    const standIns = images.filter((image) => image.source === 'stand-in').length;
    if (standIns > 0) process.stdout.write(`${standIns} of them are stand-ins built on this machine.\n`);
    for (const { entry, fallback } of images) {
      if (fallback !== undefined) process.stdout.write(`${entry.name}: a stand-in is used. ${fallback}\n`);
    }
    for (const image of failed) process.stdout.write(`${image.entry.name}: ${image.failure ?? image.state}\n`);
    return failed.length === 0 ? exitCodes.passed : exitCodes.graderFault;
  } finally {
    display.close();
    await grader.close();
  }
}
