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

/**
 * Writes a summary of parts that others may be adding to, again until nothing was added meanwhile. A writer adds its
 * part first, so whoever writes last has seen every part: no lock is needed, in one process or in several.
 */
export async function writeUntilStable(path: string, summary: Summary): Promise<void> {
  let written: string | undefined;
  let parts = await summary.parts();
  while (written !== parts.join()) {
    await writeWhole(path, await summary.content(parts));
    written = parts.join();
    parts = await summary.parts();
  }
}
