/** What the stand-in Dockerfile needs, downloaded on the host because the sandbox engine has no way out. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutsideDocker } from '../../engine/engine.ts';
import { debianMirrors } from '../../engine/host/apt-sources.ts';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import { ensureHostPackages, standInPrograms } from '../host-packages.ts';
import { exists, madeOnce } from '../made-once.ts';
import { downloadPackages, downloadRoot, findDebianArchive } from './debian-inputs.ts';
import { downloadDebianOutside } from './debian-outside.ts';
import { type DebianSet, type InputName, type InputSet, type InputSets, inputPath } from './input-sets.ts';
import { downloadNpm, downloadPypi } from './registry-inputs.ts';

export interface InputsRequest {
  sets: InputSets;
  /** Which of them; those that are there already are not downloaded again. */
  names: InputName[];
  /** `<cacheDir>/catalogue`. */
  catalogueDir: string;
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
  /** A Docker to use Debian's tools on, where this machine has none or we are not root on it. */
  outside?: OutsideDocker | undefined;
}

const task = { id: 'base-image-downloads', title: 'downloads for the base images' };

/** @throws StagecraftError `host_lacks` or a download's failure, one sentence */
export async function prepareInputs(request: InputsRequest): Promise<void> {
  const lacking: InputName[] = [];
  for (const name of request.names) {
    const parts = partsOf(request.sets[name]).map((part) => join(folderOf(request, name), part));
    if (!(await Promise.all(parts.map(exists))).every(Boolean)) lacking.push(name);
  }
  if (lacking.length === 0) return;
  request.progress({ ...task, state: 'running', detail: lacking.join(', ') });
  try {
    await downloadAll(request, lacking);
  } catch (error) {
    const cause = error instanceof StagecraftError ? error.message : 'see the log';
    request.progress({ ...task, state: 'failed', detail: cause });
    throw error;
  }
  request.progress({ ...task, state: 'ready' });
}

function folderOf({ sets, catalogueDir }: InputsRequest, name: InputName): string {
  return join(catalogueDir, inputPath(name, sets[name]));
}

function partsOf(set: InputSet): string[] {
  return set.kind === 'debian' && set.root ? ['packages', 'root.tar'] : ['packages'];
}

/** Registries beside Debian; Debian's sets one after the other, as they share its clients' locks and the line. */
async function downloadAll(request: InputsRequest, names: InputName[]): Promise<void> {
  // One failure stops the others: their results would wait for it anyway.
  const abort = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
  const { sets } = request;
  const fromDebian = names.filter((name) => sets[name].kind === 'debian');
  const others = names.filter((name) => sets[name].kind !== 'debian');
  const parts = [
    (async () => {
      for (const name of fromDebian) await downloadDebianSet({ ...request, signal }, name);
    })(),
    ...others.map((name) => downloadFromRegistry({ ...request, signal }, name)),
  ];
  const guarded = parts.map((part) =>
    part.catch((error: unknown) => {
      abort.abort();
      throw error;
    }),
  );
  const results = await Promise.allSettled(guarded);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const first =
    failures.find((error) => !(error instanceof StagecraftError && error.code === 'cancelled')) ?? failures[0];
  if (first !== undefined) throw first;
}

type Abortable = InputsRequest & { signal: AbortSignal };

async function downloadDebianSet(request: Abortable, name: InputName): Promise<void> {
  const { outside, signal } = request;
  const folder = folderOf(request, name);
  await (outside && !canUseDebianHere()
    ? downloadDebianOutside({ outside, name, folder, signal })
    : downloadDebian({ ...request, set: request.sets[name] as DebianSet, folder }));
}

/** Making a root file system needs root; packages need an archive to come from. */
export function canUseDebianHere(): boolean {
  return process.getuid?.() === 0 && debianMirrors('/etc/apt') !== undefined;
}

/** One set with Debian's own tools on this machine. */
export async function downloadDebian(request: {
  set: DebianSet;
  folder: string;
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { set, folder, signal } = request;
  await ensureHostPackages({ ...request, programs: standInPrograms });
  const archive = await findDebianArchive(signal);
  const packages = madeOnce(join(folder, 'packages'), (path) =>
    downloadPackages(set, { archive, folder: path, signal }),
  );
  const root = set.root
    ? madeOnce(join(folder, 'root.tar'), (file) => downloadRoot(set, { archive, file, signal }))
    : undefined;
  await Promise.all([packages, root]);
}

async function downloadFromRegistry(request: Abortable, name: InputName): Promise<void> {
  const set = request.sets[name];
  if (set.kind === 'debian') throw new StagecraftError('internal', `${name} does not come from a language's registry.`);
  await madeOnce(join(folderOf(request, name), 'packages'), async (folder) => {
    await mkdir(folder, { recursive: true });
    const download = { packages: set.packages, folder, signal: request.signal };
    if (set.kind === 'npm') await downloadNpm(download);
    else await downloadPypi(download, request.progress);
  });
}
