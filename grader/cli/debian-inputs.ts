import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../catalogue/run-command.ts';
import { inputNames, inputSets } from '../catalogue/stand-in/input-sets.ts';
import { downloadDebian } from '../catalogue/stand-in/inputs.ts';
import { StagecraftError } from '../errors.ts';
import { silentProgress } from '../progress.ts';
import { exitCodes } from './command.ts';

/** Runs as root in a container that `debian-outside.ts` starts; what it makes is given to its owner, `1000:1000`. */
export async function debianInputs(name: string, folder: string, owner: string): Promise<number> {
  const known = inputNames.find((one) => one === name);
  const set = known && inputSets()[known];
  if (set?.kind !== 'debian') throw new StagecraftError('bad_input', `Expected a set of Debian packages, not ${name}.`);
  await mkdir(folder, { recursive: true });
  try {
    await downloadDebian({ set, folder, progress: silentProgress });
  } finally {
    const made = (await readdir(folder)).map((name) => join(folder, name));
    await runOrThrow(['chown', '-R', owner, '--', ...made], { doing: 'Handing over what was downloaded' });
  }
  return exitCodes.passed;
}
