/** Copies folders of a catalogue's image to the host, where their programs fill the package mirror. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { StagecraftError } from '../../errors.ts';

interface Copying {
  /** What they hold, to begin a sentence with. */
  what: string;
  image: string;
  /** Folders of the image, absolute. */
  folders: readonly string[];
  /** Others, copied where the image has them. */
  ifThere?: readonly string[];
  /** Patterns of tar for what is not needed; an archive's paths begin with the name of its folder. */
  leftOut?: readonly string[];
  into: string;
  signal: AbortSignal | undefined;
}

/** @throws StagecraftError `internal` when tar can't read an archive or write the files; whatever `signal` brings */
export async function copyFromImage(docker: Docker, copying: Copying): Promise<void> {
  const { image, folders, ifThere = [], into } = copying;
  await mkdir(into, { recursive: true });
  const container = await docker.createContainer({ Image: image, Cmd: ['true'] });
  try {
    for (const path of folders) await unpackTar((await container.getArchive({ path })) as Readable, copying);
    for (const path of ifThere) {
      const archive = await container.getArchive({ path }).catch(() => undefined);
      if (archive !== undefined) await unpackTar(archive as Readable, copying);
    }
  } finally {
    await container.remove({ force: true, v: true });
  }
}

async function unpackTar(archive: Readable, { what, image, leftOut = [], into, signal }: Copying): Promise<void> {
  const tar = spawn('tar', ['-x', '--no-same-owner', ...leftOut.map((path) => `--exclude=${path}`), '-C', into], {
    stdio: ['pipe', 'ignore', 'ignore'],
    signal,
  });
  const ended = once(tar, 'close') as Promise<[number | null]>;
  // It is awaited below, but not where tar could not even be given an input.
  ended.catch(() => {});
  await Promise.all([pipeline(archive, tar.stdin), ended]);
  const [exitCode] = await ended;
  if (exitCode !== 0)
    throw new StagecraftError('internal', `${what} could not be copied out of the catalogue's ${image}.`);
}
