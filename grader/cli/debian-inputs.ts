import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../catalogue/run-command.ts';
import { downloadDebian } from '../catalogue/stand-in/inputs.ts';
import { inputSpec } from '../catalogue/stand-in/recipe.ts';
import { silentProgress } from '../progress.ts';
import { exitCodes } from './command.ts';

/** Runs as root in a container that `debian-outside.ts` starts; what it makes is given to its owner, `1000:1000`. */
export async function debianInputs(folder: string, owner: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  try {
    await downloadDebian({ spec: inputSpec(), folder, progress: silentProgress });
  } finally {
    const made = (await readdir(folder)).map((name) => join(folder, name));
    await runOrThrow(['chown', '-R', owner, '--', ...made], { doing: 'Handing over what was downloaded' });
  }
  return exitCodes.passed;
}
