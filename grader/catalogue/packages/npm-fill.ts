/** Downloads what a package-lock.json names with npm itself and puts it into the mirror's tree. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists, workFolder } from '../made-once.ts';
import { lastLines, runCommand } from '../run-command.ts';
import { type LockedPackage, type LockPlatform, readNpmLock } from './npm-lock.ts';
import { addVersions, matchesIntegrity, type NpmTree, tarballPath } from './npm-tree.ts';
import { privateScopes } from './private-packages.ts';
import { writeWhole } from './write-whole.ts';

export interface NpmFillRequest {
  lockFile: string;
  /** For messages: `ts-api/package-lock.json`. */
  label: string;
  tree: NpmTree;
  /** Of the mirror's private part; scopes that .npmrc gets from there are left out. */
  privateUrl?: string | undefined;
  /** Folders that npm may fill for the time of the download. */
  scratchRoot: string;
  signal?: AbortSignal | undefined;
}

/** Specs per npm process: well below the longest command line, and a failure repeats little. */
const batchSize = 150;
/** A registry that can't be reached is asked for this many packages one by one, not for hundreds. */
const singleRetriesMax = 20;
/** The reasons kept for one lock file. */
const missingMax = 20;

/** @returns one sentence per thing that could not be had; empty when `npm ci` will find everything */
export async function fillNpm(request: NpmFillRequest): Promise<string[]> {
  const { tree, label, signal } = request;
  const otherScopes = await privateScopes(dirname(request.lockFile), request.privateUrl);
  const platform: LockPlatform = {
    ...{ os: 'linux', cpu: process.arch, registries: await registries(signal), otherScopes },
  };
  const reading = readNpmLock(await readFile(request.lockFile, 'utf8'), { label, platform });
  const wanted = reading.packages.filter((one) => one.fitsPlatform);
  const lacking: LockedPackage[] = [];
  for (const one of wanted) {
    if (!(await exists(tarballPath(tree, one)))) lacking.push(one);
  }
  const failed = lacking.length === 0 ? new Map<LockedPackage, string>() : await download(request, lacking);
  const had = reading.packages.filter((one) => !failed.has(one));
  for (const versions of Map.groupBy(had, (one) => one.name).values()) await addVersions(tree, versions);
  const sentences = [...failed].map(([one, reason]) => `${label}: ${one.name}@${one.version} ${reason}`);
  return [...reading.missing, ...sentences].slice(0, missingMax);
}

/** npm's own default registry and the operator's; a lock file may name either and means whichever is set. */
async function registries(signal: AbortSignal | undefined): Promise<string[]> {
  const ask = ['npm', 'config', 'get', 'registry'];
  const untouched = ['--userconfig=/dev/null', '--globalconfig=/dev/null'];
  const answers = await Promise.all([runCommand(ask, { signal }), runCommand([...ask, ...untouched], { signal })]);
  return answers.map((answer) => answer.stdout.trim()).filter((address) => URL.canParse(address));
}

/** @returns what could not be had, with the rest of a sentence that says why */
async function download(request: NpmFillRequest, lacking: LockedPackage[]): Promise<Map<LockedPackage, string>> {
  const { tree, scratchRoot, signal } = request;
  const scratch = await workFolder(scratchRoot, 'npm');
  try {
    const cache = join(scratch, 'cache');
    for (let start = 0; start < lacking.length; start += batchSize) {
      await addToCache(lacking.slice(start, start + batchSize), { cache, scratch, signal });
    }
    const failed = new Map<LockedPackage, string>();
    let retries = 0;
    for (const one of lacking) {
      const cached = await fromCache(cache, one);
      const outcome =
        cached !== undefined || retries >= singleRetriesMax
          ? { bytes: cached, reason: 'could not be downloaded either.' }
          : await packSingle(one, { cache, scratch, signal });
      if (cached === undefined) retries += 1;
      if (outcome.bytes === undefined) failed.set(one, outcome.reason);
      else await writeWhole(tarballPath(tree, one), outcome.bytes);
    }
    return failed;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface NpmRun {
  cache: string;
  scratch: string;
  signal: AbortSignal | undefined;
}

const spec = (one: LockedPackage): string => `${one.name}@${one.version}`;

/** One npm for many packages downloads them side by side. Whether it failed is seen by what the cache lacks. */
async function addToCache(batch: LockedPackage[], run: NpmRun): Promise<void> {
  const { cache, scratch, signal } = run;
  const command = [
    'npm',
    'cache',
    'add',
    `--cache=${cache}`,
    '--ignore-scripts',
    '--loglevel=error',
    '--',
    ...batch.map(spec),
  ];
  await runCommand(command, { cwd: scratch, signal });
}

/** npm keeps content under its hash, so the lock file's integrity is its address. */
async function fromCache(cache: string, one: LockedPackage): Promise<Buffer | undefined> {
  const sha512 = /sha512-(\S+)/.exec(one.integrity)?.[1];
  if (sha512 === undefined) return undefined;
  const hex = Buffer.from(sha512, 'base64').toString('hex');
  const path = join(cache, '_cacache', 'content-v2', 'sha512', hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  const bytes = await readFile(path).catch(() => undefined);
  return bytes !== undefined && matchesIntegrity(bytes, one.integrity) ? bytes : undefined;
}

/** One package on its own: for old hashes, and to learn why the batch did not bring it. */
async function packSingle(one: LockedPackage, run: NpmRun): Promise<{ bytes?: Buffer | undefined; reason: string }> {
  const { cache, scratch, signal } = run;
  const folder = await mkdtemp(join(scratch, 'pack-'));
  const command = [
    'npm',
    'pack',
    `--cache=${cache}`,
    '--ignore-scripts',
    '--loglevel=error',
    `--pack-destination=${folder}`,
  ];
  const result = await runCommand([...command, '--', spec(one)], { cwd: folder, signal });
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (result.exitCode !== 0 || name === undefined) {
    return { reason: `could not be downloaded: ${reasonOf(result.stderr)}` };
  }
  const bytes = await readFile(join(folder, name));
  if (matchesIntegrity(bytes, one.integrity)) return { bytes, reason: '' };
  return {
    reason: `from the registry is not what the lock file promises (${one.integrity.slice(0, 20)}…). Make the lock file again.`,
  };
}

/** npm's error lines without their prefix and without the path of its log. */
function reasonOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, ''));
  return (
    lastLines(lines.filter((line) => !line.includes('complete log') && !/^\S*debug-\d/.test(line)).join('\n'), 2) ||
    'npm gave no reason.'
  );
}
