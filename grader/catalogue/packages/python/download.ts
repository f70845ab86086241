/** What pip is asked: wheels for this course's Python, and source archives without a look into them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lastLines, runCommand } from '../../run-command.ts';
import { normalName, type PinnedProject, type Platform } from './names.ts';
import type { Requirement } from './requirements.ts';
import type { DistributionFile } from './tree.ts';

/** What every image of the catalogue that has Python runs: CPython 3.11 on Debian 12 with glibc 2.36. */
export const platform: Platform = { machine: process.arch === 'arm64' ? 'aarch64' : 'x86_64', python: '311' };
const glibcMinor = 36;
/** So often one requirement that has no wheel is taken out and the rest tried again. */
const attemptsMax = 20;

const helper = join(import.meta.dirname, 'index_client.py');

/** Requirements of one file are installed together; those of two files need not fit each other. */
export interface RequirementSet {
  requirements: Requirement[];
  constraints: Requirement[];
  /** A lock file names everything, and pip must not look further. */
  complete: boolean;
}

export interface PipRun {
  /** Python. */
  command: string[];
  scratch: string;
  label: string;
  signal: AbortSignal | undefined;
}

export interface Downloaded {
  /** Where the files are. */
  folder: string;
  files: (DistributionFile & { buildRequires?: string[] | undefined })[];
  missing: string[];
}

/** @returns also those that have no wheel here, so that their source may be tried */
export async function downloadWheels(
  set: RequirementSet,
  folder: string,
  run: PipRun,
): Promise<Downloaded & { withoutWheel: PinnedProject[] }> {
  const missing: string[] = [];
  const withoutWheel: PinnedProject[] = [];
  let remaining = set.requirements;
  for (let attempt = 0; remaining.length > 0; attempt += 1) {
    const { exitCode, stderr } = await pipDownload({ ...set, requirements: remaining }, folder, run);
    if (exitCode === 0) break;
    const name = /No matching distribution found for ([A-Za-z0-9._-]+)/.exec(stderr)?.[1];
    const culprit = remaining.find((one) => one.name === normalName(name ?? '') && one.pinned !== undefined);
    if (culprit === undefined || attempt >= attemptsMax) {
      missing.push(`${run.label}: ${reasonOf(stderr)}`);
      break;
    }
    const { pinned = '', hashes } = culprit;
    withoutWheel.push({ name: culprit.name, version: pinned, hashes, fromSource: true });
    remaining = remaining.filter((one) => one !== culprit);
  }
  return { folder, files: await describedIn(folder, run), missing, withoutWheel };
}

async function pipDownload(set: RequirementSet, folder: string, run: PipRun) {
  const { scratch, signal, command } = run;
  await mkdir(folder, { recursive: true });
  const file = join(scratch, 'requirements.txt');
  const limits = join(scratch, 'constraints.txt');
  await writeFile(file, lines(set.requirements));
  await writeFile(limits, lines(set.constraints));
  const pip = ['-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--progress-bar=off'];
  const target = ['--only-binary=:all:', '--python-version=3.11', '--implementation=cp', `--abi=cp${platform.python}`];
  const rest = [
    '--dest',
    folder,
    ...(set.complete ? ['--no-deps'] : []),
    '--constraint',
    limits,
    '--requirement',
    file,
  ];
  const words = [...command, ...pip, ...target, ...platforms(platform.machine), ...rest];
  return await runCommand(['env', 'PIP_REQUIRE_VIRTUALENV=0', ...words], { cwd: scratch, signal });
}

const lines = (requirements: Requirement[]): string =>
  requirements.map(({ text, hashes }) => `${[text, ...hashes.map((hash) => `--hash=${hash}`)].join(' ')}\n`).join('');

/** The best first; older pips do not know that a newer glibc runs what was built for an older one. */
function platforms(machine: string): string[] {
  const oldest = machine === 'x86_64' ? 5 : 17;
  const versions = Array.from({ length: glibcMinor - oldest + 1 }, (_, at) => `manylinux_2_${glibcMinor - at}`);
  const legacy = machine === 'x86_64' ? ['manylinux2014', 'manylinux2010', 'manylinux1'] : ['manylinux2014'];
  return [...versions, ...legacy, 'linux'].map((name) => `--platform=${name}_${machine}`);
}

const answersSchema = z.array(
  z.object({ name: z.string(), version: z.string(), file: z.string().optional(), reason: z.string().optional() }),
);

/** Source archives, with what building each of them needs. */
export async function downloadSources(projects: PinnedProject[], folder: string, run: PipRun): Promise<Downloaded> {
  if (projects.length === 0) return { folder, files: [], missing: [] };
  await mkdir(folder, { recursive: true });
  const input = JSON.stringify(projects.map(({ name, version, hashes }) => ({ name, version, hashes })));
  const words = ['env', 'PIP_REQUIRE_VIRTUALENV=0', ...run.command, helper, 'sources', folder];
  const { exitCode, stdout, stderr } = await runCommand(words, { cwd: run.scratch, signal: run.signal, input });
  if (exitCode !== 0) {
    return { folder, files: [], missing: [`${run.label}: sources could not be downloaded: ${lastLines(stderr, 2)}`] };
  }
  const missing = answersSchema
    .parse(JSON.parse(stdout))
    .flatMap(({ name, version, reason }) =>
      reason === undefined ? [] : [`${run.label}: ${name}==${version} could not be downloaded: ${reason}.`],
    );
  return { folder, files: await describedIn(folder, run), missing };
}

const describedSchema = z.array(
  z.object({
    fileName: z.string().regex(/^[\w.+!-]+$/),
    name: z.string(),
    requiresPython: z.string().optional(),
    buildRequires: z.array(z.string()).optional(),
  }),
);

/** What the files say of themselves. */
async function describedIn(folder: string, run: PipRun): Promise<Downloaded['files']> {
  await mkdir(folder, { recursive: true });
  const { exitCode, stdout, stderr } = await runCommand([...run.command, helper, 'describe', folder], {
    cwd: run.scratch,
    signal: run.signal,
  });
  if (exitCode !== 0) throw new Error(`Downloaded packages could not be read: ${lastLines(stderr, 2)}`);
  const files = describedSchema.parse(JSON.parse(stdout));
  return files.map((file) => ({ ...file, requiresPython: file.requiresPython }));
}

/** pip's error lines; what it saw on the way says little. */
function reasonOf(stderr: string): string {
  const changed = /DO NOT MATCH THE HASHES[\s\S]*?^\s+(\S+==\S+) from /m.exec(stderr)?.[1];
  if (changed !== undefined)
    return `${changed} from the index is not what the lock file promises; make the lock file again.`;
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
  const text = errors.map((line) => line.slice('ERROR: '.length)).join('\n') || stderr;
  return lastLines(text, 2) || 'pip gave no reason.';
}
