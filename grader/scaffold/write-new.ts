/** Writes new files where nothing is yet. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagecraftError } from '../errors.ts';

/**
 * @returns absolute paths
 * @throws StagecraftError `bad_input` when one of them is there already; nothing is written then
 */
export async function writeNew(folder: string, files: Record<string, string>): Promise<string[]> {
  const all = Object.entries(files).map(([path, text]) => ({ path: join(folder, path), text }));
  for (const { path } of all) {
    const taken = await access(path).then(
      () => true,
      () => false,
    );
    if (taken)
      throw new StagecraftError('bad_input', `Expected nothing at ${path} yet, found a file. Choose another name.`);
  }
  for (const { path, text } of all) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return all.map(({ path }) => path);
}
