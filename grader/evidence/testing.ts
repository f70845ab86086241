/** For `*.engine.test.ts` only: small images on the real engine, and what must be gone afterwards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { toolboxImage } from '../build/stage-probe.ts';
import { openCatalogue } from '../catalogue/open-catalogue.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { instanceFor } from '../engine/instance.ts';
import { OWNER_LABEL, ownerId } from '../owner.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import type { ImageToRun } from './run.ts';

/** Its only content is Node and the libraries it needs, taken from this machine; made once per engine. */
export const testBaseName = 'stagecraft-test/evidence:2';

/** @returns the id of an image with `node` and nothing else. */
export async function testBase(docker: Docker): Promise<string> {
  const known = await docker
    .getImage(testBaseName)
    .inspect()
    .catch(() => undefined);
  if (known !== undefined) return known.Id;
  const tar = Buffer.concat([...nodeFiles().map(([path, content]) => tarEntry(path, content)), Buffer.alloc(1024)]);
  const [repo, tag] = testBaseName.split(':');
  const stream = await docker.importImage(Readable.from([tar]) as never, {
    repo,
    tag,
    changes: 'ENV PATH=/usr/local/bin',
  });
  await finished(docker, stream);
  return (await docker.getImage(testBaseName).inspect()).Id;
}

function finished(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

function nodeFiles(): [string, Buffer][] {
  const report = process.report.getReport() as unknown as { sharedObjects: string[] };
  const libraries = report.sharedObjects.filter((path) => path.startsWith('/') && existsSync(path));
  const loader = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].filter((path) => existsSync(path));
  return [
    ['/usr/local/bin/node', readFileSync(process.execPath)],
    ...[...new Set([...libraries, ...loader])].map((path): [string, Buffer] => [path, readFileSync(path)]),
    ['/etc/passwd', Buffer.from('root:x:0:0::/:\nnode:x:1000:1000::/app:\n')],
  ];
}

function tarEntry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(path.slice(1), 0);
  header.write('0000755\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** An image of `node` with these instructions on top, such as `CMD ["node"]` or `VOLUME /data`. */
export async function imageWith(docker: Docker, changes: string[]): Promise<ImageToRun['image']> {
  const container = await docker.createContainer({ Image: await testBase(docker), Cmd: ['node'] });
  try {
    // The container's own command would be committed along.
    const reset = changes.some((change) => change.startsWith('CMD')) ? [] : ['CMD []'];
    const { Id } = (await container.commit({ changes: [...reset, ...changes].join('\n') })) as { Id: string };
    const { Config } = await docker.getImage(Id).inspect();
    const volumes = Object.keys(Config.Volumes ?? {});
    return { id: Id, config: { volumes, workingDir: Config.WorkingDir || '/' } };
  } finally {
    await container.remove({ force: true });
  }
}

/** The image that looking into stages needs; the catalogue makes it when the engine has none. */
export async function ensureToolbox(engine: Engine): Promise<void> {
  const there = await engine.docker.listImages({ filters: { reference: [toolboxImage] } });
  if (there.length > 0) return;
  const catalogue = await openCatalogue({ engine, cacheDir: readSettings().cacheDir, progress: silentProgress });
  await catalogue.fill({ first: [], only: true });
}

/** `CMD` that runs a script with node. */
export function nodeCmd(script: string): string {
  return `CMD ${JSON.stringify(['node', '-e', script])}`;
}

/** Names of what this process's runs could leave behind: containers, and networks and volumes that nobody asked for. */
export async function leftBehind(docker: Docker): Promise<string[]> {
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters: { label: [`${OWNER_LABEL}=${ownerId()}`] } }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  return [
    ...containers.map(({ Names }) => Names[0] ?? ''),
    ...networks.map(({ Name }) => Name).filter((name) => !['bridge', 'host', 'none', 'runs'].includes(name)),
    ...(Volumes ?? []).map(({ Name }) => Name),
  ];
}

/** Control groups below a slot: one for each container or build step that still lives. Empty where they can't be seen. */
export function groupsBelow(slot: Pick<Slot, 'cgroupParent'>): string[] {
  const { name } = instanceFor(readSettings());
  const places = ['/sys/fs/cgroup', '/sys/fs/cgroup/pids', '/sys/fs/cgroup/memory'].map(
    (root) => `${root}/${name}${slot.cgroupParent}`,
  );
  // BuildKit keeps a group of its own there for its steps.
  const foldersIn = (place: string): string[] =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => (name === 'buildkit' ? foldersIn(`${place}/${name}`) : [`${place}/${name}`]));
  return places.filter(existsSync).flatMap(foldersIn);
}

/** A slot whose put-off work can be waited for without giving the slot back. */
export function withTidied(slot: Slot): Slot & { tidied(): Promise<unknown> } {
  let last: Promise<unknown> = Promise.resolve();
  const putOff = (work: () => Promise<unknown>): void =>
    slot.putOff(() => {
      last = work();
      return last;
    });
  // What was put off begins in a later turn of the event loop.
  const tidied = async (): Promise<unknown> => {
    await new Promise((resolve) => setImmediate(resolve));
    return last;
  };
  return { ...slot, putOff, tidied };
}
