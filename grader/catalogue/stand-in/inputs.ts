/** The build context of the stand-in Dockerfile, downloaded on the host because the sandbox engine has no way out. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutsideDocker } from '../../engine/engine.ts';
import { debianMirrors } from '../../engine/host/apt-sources.ts';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import { ensureHostPackages, standInPrograms } from '../host-packages.ts';
import { exists, madeOnce } from '../made-once.ts';
import { runOrThrow } from '../run-command.ts';
import { downloadPackages, downloadRoot, findDebianArchive } from './debian-inputs.ts';
import { downloadDebianOutside } from './debian-outside.ts';
import { type InputSpec, inputsHash } from './recipe.ts';

export interface InputsRequest {
  spec: InputSpec;
  /** `<cacheDir>/catalogue`. */
  catalogueDir: string;
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
  /** A Docker to use Debian's tools on, where this machine has none or we are not root on it. */
  outside?: OutsideDocker | undefined;
}

const task = { id: 'base-image-downloads', title: 'downloads for the base images' };

/**
 * The folder with all inputs; what is there already is not downloaded again.
 * @throws StagecraftError `host_lacks` or a download's failure, one sentence
 */
export async function prepareInputs(request: InputsRequest): Promise<string> {
  const folder = join(request.catalogueDir, 'inputs', inputsHash(request.spec));
  const parts = ['debian-root.tar', 'debian', 'npm'].map((name) => join(folder, name));
  if ((await Promise.all(parts.map(exists))).every(Boolean)) return folder;
  request.progress({ ...task, state: 'running', detail: 'Debian packages and Node.js' });
  try {
    await downloadAll(request, folder);
  } catch (error) {
    const cause = error instanceof StagecraftError ? error.message : 'see the log';
    request.progress({ ...task, state: 'failed', detail: cause });
    throw error;
  }
  request.progress({ ...task, state: 'ready' });
  return folder;
}

async function downloadAll(request: InputsRequest, folder: string): Promise<void> {
  const { spec } = request;
  // One failure stops the others: their results would wait for it anyway.
  const abort = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
  const { outside } = request;
  const debian =
    outside && !canUseDebianHere()
      ? downloadDebianOutside({ outside, folder, signal })
      : downloadDebian({ ...request, folder, signal });
  const parts = [debian, madeOnce(join(folder, 'npm'), (path) => downloadNpm(spec, path, signal))];
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

/** Making a root file system needs root; packages need an archive to come from. */
function canUseDebianHere(): boolean {
  return process.getuid?.() === 0 && debianMirrors('/etc/apt') !== undefined;
}

/** All that comes from Debian, with its own tools on this machine. */
export async function downloadDebian(request: Omit<InputsRequest, 'catalogueDir'> & { folder: string }): Promise<void> {
  const { spec, folder, signal } = request;
  await ensureHostPackages({ ...request, programs: standInPrograms });
  const archive = await findDebianArchive(signal);
  await Promise.all([
    madeOnce(join(folder, 'debian-root.tar'), (file) => downloadRoot(spec, { archive, file, signal })),
    madeOnce(join(folder, 'debian'), (path) => downloadPackages(spec, { archive, folder: path, signal })),
  ]);
}

async function downloadNpm(spec: InputSpec, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = Object.entries(spec.npm);
  const pack = [
    'npm',
    'pack',
    '--json',
    '--loglevel=error',
    '--pack-destination',
    folder,
    ...names.map(([, name]) => name),
  ];
  const listed = await runOrThrow(pack, { cwd: folder, signal, doing: 'Downloading Node.js, npm and yarn' });
  const packed = JSON.parse(listed) as { id: string; filename: string }[];
  for (const [name, wanted] of names) {
    const found = packed.find((one) => one.id === wanted);
    if (found === undefined) throw new StagecraftError('internal', `npm pack did not report ${wanted}.`);
    await rename(join(folder, found.filename), join(folder, `${name}.tgz`));
  }
}
