/** Files of the mirror's tree appear whole, and what is summed up from several writers loses nobody's part. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that appears whole. */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

export interface Summary {
  /** What is there now; grows only. */
  parts: () => Promise<string[]>;
  content: (parts: string[]) => Promise<string>;
}

/** Writes a summary of parts that others may be adding to; see {@link publishUntilStable}. */
export async function writeUntilStable(path: string, { parts, content }: Summary): Promise<void> {
  await publishUntilStable(parts, async (found) => await writeWhole(path, await content(found)));
}

/**
 * Publishes what was found, again until nothing was added meanwhile. A writer adds its part first, so whoever publishes
 * last has seen every part: no lock is needed, in one process or in several.
 */
export async function publishUntilStable(
  parts: () => Promise<string[]>,
  publish: (parts: string[]) => Promise<void>,
): Promise<void> {
  let published: string | undefined;
  let found = await parts();
  while (published !== found.join()) {
    await publish(found);
    published = found.join();
    found = await parts();
  }
}
