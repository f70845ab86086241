/**
 * The index as plain files (PEP 503): `simple/NAME/index.html` and the files it links to beside it.
 *
 * Several exercises fill one tree, at the same time and from several processes: every file has a note of its own, and a
 * page is only ever made from the notes that lie there.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { exists } from '../../made-once.ts';
import { writeUntilStable, writeWhole } from '../write-whole.ts';
import { normalName } from './names.ts';

/** One wheel or source archive. */
export interface DistributionFile {
  fileName: string;
  /** As the file itself says it. */
  name: string;
  /** `>=3.9`, as the file itself says it. */
  requiresPython: string | undefined;
}

interface FileNote {
  fileName: string;
  sha256: string;
  requiresPython?: string | undefined;
}

/** Moves downloaded files into the tree and writes their projects' pages anew. What is there stays as it is. */
export async function addFiles(root: string, from: string, files: DistributionFile[]): Promise<void> {
  const projects = new Set<string>();
  for (const { fileName, name, requiresPython } of files) {
    const project = normalName(name);
    const folder = join(root, 'simple', project);
    projects.add(project);
    if (await exists(notePath(folder, fileName))) continue;
    await mkdir(folder, { recursive: true });
    const sha256 = await sha256Of(join(from, fileName));
    await rename(join(from, fileName), join(folder, fileName));
    const note: FileNote = { fileName, sha256, requiresPython };
    await writeWhole(notePath(folder, fileName), JSON.stringify(note));
  }
  for (const project of projects) await writePage(join(root, 'simple', project), project);
}

const notePath = (folder: string, fileName: string): string => join(folder, '.files', `${fileName}.json`);

async function writePage(folder: string, project: string): Promise<void> {
  const notes = join(folder, '.files');
  await writeUntilStable(join(folder, 'index.html'), {
    parts: async () => (await readdir(notes)).filter((name) => name.endsWith('.json')).sort(),
    content: async (names) => {
      const texts = await Promise.all(names.map((name) => readFile(join(notes, name), 'utf8')));
      return page(
        project,
        texts.map((text) => JSON.parse(text) as FileNote),
      );
    },
  });
}

/** A project's page: relative links, so that it holds wherever the tree is served. */
export function page(project: string, notes: FileNote[]): string {
  const links = notes.map(({ fileName, sha256, requiresPython }) => {
    const requires = requiresPython === undefined ? '' : ` data-requires-python="${escaped(requiresPython)}"`;
    return `<a href="${encodeURIComponent(fileName)}#sha256=${sha256}"${requires}>${escaped(fileName)}</a><br>\n`;
  });
  const head = '<meta charset="utf-8"><meta name="pypi:repository-version" content="1.0">';
  return `<!DOCTYPE html>\n<html><head>${head}<title>${project}</title></head><body>\n${links.join('')}</body></html>\n`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
