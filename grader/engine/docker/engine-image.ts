/**
 * The engine's image on an existing Docker: built there from a Debian base image, or, where no registry answers, imported
 * from the same root file system that the host launcher uses.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { StagecraftError } from '../../errors.ts';
import type { PrepareOptions } from '../engine-host.ts';
import { installPackages, missingFromHost } from '../host/requirements.ts';
import { customize, ensureRootfs, packages, rootfsRecipe, suite } from '../host/rootfs.ts';

export const engineImage = `stagecraft-engine:${rootfsRecipe}`;
/** On everything of ours on a Docker that isn't. */
export const ownLabel = 'stagecraft.engine';
/** Whose it is, where several installations share a Docker. */
export const installationLabel = 'stagecraft.installation';

/** The recipe of the root file system as a Dockerfile. */
export function engineDockerfile(): string {
  return [
    `FROM debian:${suite}-slim`,
    'RUN apt-get update \\',
    ` && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ${packages.join(' ')} \\`,
    ' && rm -rf /var/lib/apt/lists/*',
    ...customize.map((step) => `RUN set -- "" && ${step}`),
    '',
  ].join('\n');
}

/** @throws StagecraftError `host_lacks` with both reasons when the image can be had in neither way */
export async function ensureEngineImage(docker: Docker, options: PrepareOptions & { cacheDir: string }): Promise<void> {
  if ((await docker.listImages({ filters: { reference: [engineImage] } })).length > 0) return;
  const { progress } = options;
  const task = { id: 'engine', title: 'Sandbox engine', state: 'running' } as const;
  progress({ ...task, detail: 'building its image on your Docker, from Debian packages' });
  try {
    await buildFromBase(docker, options);
  } catch (built) {
    if (options.signal?.aborted) throw built;
    progress({ ...task, detail: 'no Debian base image to be had; making one from Debian packages' });
    await importRootfs(docker, options).catch((imported: unknown) => {
      if (options.signal?.aborted) throw imported;
      throw new StagecraftError(
        'host_lacks',
        `The image of the sandbox engine could not be made. Building it on your Docker: ${firstLine(built)} Making it here: ${firstLine(imported)}`,
        { cause: built },
      );
    });
  }
}

async function buildFromBase(docker: Docker, { signal }: PrepareOptions): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'stagecraft-engine-'));
  try {
    await writeFile(join(context, 'Dockerfile'), engineDockerfile());
    const answer = await docker.buildImage(
      { context, src: ['Dockerfile'] },
      { t: engineImage, labels: { [ownLabel]: rootfsRecipe }, forcerm: true, ...(signal && { abortSignal: signal }) },
    );
    await untilDone(docker, answer);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function importRootfs(docker: Docker, options: PrepareOptions & { cacheDir: string }): Promise<void> {
  const { cacheDir, progress, signal } = options;
  const missing = missingFromHost(cacheDir);
  if (missing.length > 0) throw new StagecraftError('host_lacks', missing.join(' '));
  const where = { cacheDir, progress, ...(signal && { signal }) };
  await installPackages(where);
  const root = await ensureRootfs(where);
  const tar = spawn('tar', ['--numeric-owner', '--xattrs', '-C', root, '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(signal && { signal }),
  });
  tar.on('error', () => {});
  const [repo = '', tag = ''] = engineImage.split(':');
  const labels = `LABEL ${ownLabel}=${rootfsRecipe}`;
  await untilDone(docker, await docker.importImage(tar.stdout, { repo, tag, changes: labels }));
}

/** Reads a progress stream to its end. @throws with Docker's own words when a step failed */
function untilDone(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, messages: { error?: string }[] | null) => {
      const failed = error ?? messages?.find((message) => message.error !== undefined)?.error;
      if (failed) reject(failed instanceof Error ? failed : new Error(String(failed)));
      else resolve();
    });
  });
}

function firstLine(error: unknown): string {
  const line = ((error as Error).message ?? String(error)).split('\n')[0]?.trim() ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
