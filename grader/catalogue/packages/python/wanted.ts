/** What the files of a Python project want from the index, as sets for pip. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { platform, type RequirementSet } from './download.ts';
import { requirementsPattern, wholeLockPattern } from './lock-names.ts';
import { readPyproject, readPythonLock } from './locks.ts';
import type { PinnedProject } from './names.ts';
import { parseRequirement, type Requirement, readRequirements } from './requirements.ts';

export interface Wanted {
  sets: RequirementSet[];
  /** To be had as source archives. */
  sources: PinnedProject[];
  /** One sentence for each thing that no mirror can hold. */
  missing: string[];
}

export async function readWanted(folder: string, label: string): Promise<Wanted> {
  const wanted: Wanted = { sets: [], sources: [], missing: [] };
  const names = (await readdir(folder).catch(() => [])).sort();
  const read = readerIn(folder);
  const pyproject = readPyproject((await read('pyproject.toml')) ?? '', `${label}/pyproject.toml`);
  wanted.missing.push(...pyproject.missing);
  for (const name of names.filter((one) => wholeLockPattern.test(one))) {
    const lock = readPythonLock((await read(name)) ?? '', { label: `${label}/${name}`, platform });
    wanted.missing.push(...lock.missing);
    addPinned(lock.projects, pyproject.fromSource, wanted);
  }
  for (const name of names.filter((one) => requirementsPattern.test(one))) await addRequirements(name, read, wanted);
  // A lock file of the project says the same more exactly.
  if (!names.some((one) => wholeLockPattern.test(one)))
    addTexts(pyproject.dependencies, `${label}/pyproject.toml`, wanted);
  if (pyproject.buildRequires) addTexts(pyproject.buildRequires, `${label}/pyproject.toml`, wanted);
  return wanted;
}

/** Requirements given as they stand in `pyproject.toml`. */
export function addTexts(texts: string[], label: string, wanted: Pick<Wanted, 'sets' | 'missing'>): void {
  const requirements: Requirement[] = [];
  for (const text of texts) {
    const parsed = parseRequirement(text);
    if (parsed) requirements.push(parsed);
    else wanted.missing.push(`${label}: expected a name and versions, like flask>=3, found "${text.slice(0, 80)}".`);
  }
  if (requirements.length > 0) wanted.sets.push({ requirements, constraints: [], complete: false });
}

/** A lock file may hold one project in two versions, for different systems; pip takes one at a time. */
function addPinned(projects: PinnedProject[], fromSource: string[], wanted: Wanted): void {
  const isBuilt = ({ name }: PinnedProject) => fromSource.includes(name) || fromSource.includes(':all:');
  const rounds: PinnedProject[][] = [];
  for (const one of projects) {
    if (one.fromSource || isBuilt(one)) wanted.sources.push(one);
    const round = rounds.find((others) => others.every(({ name }) => name !== one.name));
    if (one.fromSource) continue;
    if (round) round.push(one);
    else rounds.push([one]);
  }
  for (const round of rounds) {
    const requirements = round.map(({ name, version, hashes }) => ({
      ...{ name, hashes, pinned: version, text: `${name}==${version}` },
    }));
    // pip wants hashes of all or of none.
    const hashed = requirements.every(({ hashes }) => hashes.length > 0);
    const lines = hashed ? requirements : requirements.map((one) => ({ ...one, hashes: [] }));
    wanted.sets.push({ requirements: lines, constraints: [], complete: true });
  }
}

async function addRequirements(name: string, read: (path: string) => Promise<string | undefined>, wanted: Wanted) {
  const { requirements, constraints, fromSource, missing } = await readRequirements(name, read);
  wanted.missing.push(...missing);
  const isBuilt = (one: Requirement) => fromSource.includes(one.name) || fromSource.includes(':all:');
  for (const one of requirements.filter(isBuilt)) {
    const { pinned, hashes } = one;
    if (pinned !== undefined) wanted.sources.push({ name: one.name, version: pinned, hashes, fromSource: true });
    else
      wanted.missing.push(
        `${name}: ${one.name} is to be built (--no-binary); pin it with == so that its source can be had.`,
      );
  }
  const rest = requirements.filter((one) => !isBuilt(one));
  const complete = requirements.length > 0 && requirements.every(({ hashes }) => hashes.length > 0);
  if (rest.length > 0) wanted.sets.push({ requirements: rest, constraints, complete });
}

/** Reads files below a folder, and none that a `..` or a link leads to outside. */
function readerIn(folder: string): (path: string) => Promise<string | undefined> {
  return async (path) => {
    try {
      const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
      return file.startsWith(root + sep) ? await readFile(file, 'utf8') : undefined;
    } catch {
      return undefined;
    }
  };
}
