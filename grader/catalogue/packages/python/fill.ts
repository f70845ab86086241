/**
 * Downloads what a Python project names with pip and puts it into the mirror's tree.
 *
 * Absent on purpose: running anything of a package. Wheels are only downloaded; source archives, where there is no wheel
 * or the project wants to build, come through pip's session without pip's look into them.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workFolder } from '../../made-once.ts';
import type { PythonClient } from './client.ts';
import { downloadSources, downloadWheels, type PipRun } from './download.ts';
import { addFiles } from './tree.ts';
import { addTexts, readWanted, type Wanted } from './wanted.ts';

export interface PythonFillRequest {
  /** A folder with one or more of the files that `isPythonLock` knows. */
  folder: string;
  label: string;
  /** `<cacheDir>/packages/pypi`. */
  treeRoot: string;
  scratchRoot: string;
  /** Asked for only when there is something to download. */
  python: () => Promise<PythonClient>;
  signal?: AbortSignal | undefined;
}

/** The reasons kept for one folder. */
const missingMax = 20;
/** What sources need to be built, and what that needs to be built; further is unheard of. */
const roundsMax = 3;

/** @returns one sentence per thing that could not be had; empty when pip and uv will find everything */
export async function fillPython(request: PythonFillRequest): Promise<string[]> {
  const { folder, label, scratchRoot, signal } = request;
  let wanted = await readWanted(folder, label);
  const missing: string[] = [];
  if (isNothing(wanted)) return wanted.missing.slice(0, missingMax);
  const { command } = await request.python();
  const scratch = await workFolder(scratchRoot, 'python');
  try {
    const run: PipRun = { command, scratch, label, signal };
    for (let round = 0; round < roundsMax && !isNothing(wanted); round += 1) {
      missing.push(...wanted.missing);
      wanted = await download(wanted, { run, folder: join(scratch, `round-${round}`), treeRoot: request.treeRoot });
    }
    return [...missing, ...wanted.missing].slice(0, missingMax);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const isNothing = ({ sets, sources }: Wanted): boolean => sets.length === 0 && sources.length === 0;

/** @returns what building the downloaded sources needs, and what could not be had */
async function download(wanted: Wanted, to: { run: PipRun; folder: string; treeRoot: string }): Promise<Wanted> {
  const { run, folder, treeRoot } = to;
  await mkdir(folder);
  const next: Wanted = { sets: [], sources: [], missing: [] };
  const sources = [...wanted.sources];
  for (const [at, set] of wanted.sets.entries()) {
    const got = await downloadWheels(set, join(folder, String(at)), run);
    next.missing.push(...got.missing);
    sources.push(...got.withoutWheel);
    await addFiles(treeRoot, got.folder, got.files);
  }
  const got = await downloadSources(sources, join(folder, 'sources'), run);
  next.missing.push(...got.missing);
  await addFiles(treeRoot, got.folder, got.files);
  for (const { fileName, buildRequires } of got.files) addTexts(buildRequires ?? [], `${run.label}: ${fileName}`, next);
  return next;
}
