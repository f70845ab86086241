/**
 * A shell in a container of a learner's image, in a small slot of its own.
 *
 * Held as a probed container is (`evidence/container-spec.ts`), and tighter: no network at all, nothing to write to but
 * memory, and no log that the engine would keep. An image without a shell gets the toolbox laid beside its files at
 * `/.stagecraft`, read-only: the program's own file system is what the shell sees.
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { toolboxImage } from '../build/stage-probe.ts';
import type { TerminalSize } from '../contract/terminal.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { untilExited } from '../engine/until-exited.ts';
import { StagecraftError } from '../errors.ts';
import { containerSpec } from '../evidence/container-spec.ts';
import type { ImageEvidence } from '../evidence/evidence.ts';
import type { RunSettings } from '../evidence/need.ts';
import { removeContainer } from '../evidence/remove-containers.ts';
import { startErrorFrom } from '../evidence/start-error.ts';
import { limits } from '../limits.ts';
import { OWNER_LABEL, ownerId } from '../owner.ts';

export interface ShellWanted {
  imageId: string;
  config: Pick<ImageEvidence['config'], 'volumes' | 'workingDir' | 'env'>;
  /** Path in the image; undefined: the toolbox's, laid beside it. */
  shell: string | undefined;
  size: TerminalSize;
}

export interface ShellEnd {
  /** Undefined when the engine went away. */
  exitCode: number | undefined;
  oomKilled: boolean;
}

export interface ShellProcess {
  /** Both ends of its terminal. */
  readonly stream: Duplex;
  readonly ended: Promise<ShellEnd>;
  resize(size: TerminalSize): void;
  /** Kills it, removes what was made for it and gives the slot back. Never throws; twice is harmless. */
  dispose(): Promise<void>;
}

export const toolboxFolder = '/.stagecraft';
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const neverAsked = { port: 1, hosts: [], readyPath: '/', readyTimeoutMs: 1 };

/** @throws StagecraftError `too_many` without a free slot, `conflict` when the image can't be started, `engine_unavailable` */
export async function startShell(
  wanted: ShellWanted,
  { engine, signal }: { engine: Engine; signal: AbortSignal },
): Promise<ShellProcess> {
  if (wanted.config.volumes.length > limits.run.volumesMax) {
    throw new StagecraftError('conflict', `The image declares more than ${limits.run.volumesMax} volumes.`);
  }
  const slot = await engine.acquireTerminal(signal);
  const name = `terminal-${randomBytes(8).toString('hex')}`;
  const { docker } = engine;
  let disposed: Promise<void> | undefined;
  const dispose = (): Promise<void> => {
    disposed ??= (async () => {
      slot.putOff(() => removeContainer(docker, name));
      slot.putOff(() => removeContainer(docker, `${name}-tools`));
      slot.putOff(() => removeVolume(docker, name));
      await slot.release();
    })();
    return disposed;
  };
  try {
    if (wanted.shell === undefined) await layOutToolbox(docker, name, slot);
    signal.throwIfAborted();
    const container = await docker.createContainer(terminalSpec(wanted, { name, slot, engine }));
    return { ...(await attachAndStart(container, wanted.size)), dispose };
  } catch (error) {
    await dispose();
    signal.throwIfAborted();
    if (error instanceof StagecraftError) throw error;
    const words = startErrorFrom(error);
    if (words !== undefined) throw new StagecraftError('conflict', `The image could not be started: ${words}`);
    const message = 'The sandbox engine could not open the shell. Try again.';
    throw new StagecraftError('engine_unavailable', message, { retryable: true, cause: error });
  }
}

/** The two ends must be there before the first prompt is written. */
async function attachAndStart(container: Container, size: TerminalSize): Promise<Omit<ShellProcess, 'dispose'>> {
  const ends = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  const stream = (await container.attach(ends)) as unknown as Duplex;
  // A broken connection shows in `ended`; without a listener it would end this process.
  stream.on('error', () => {});
  const resize = ({ columns: w, rows: h }: TerminalSize): void => {
    container.resize({ w, h }).catch(() => {});
  };
  await container.start();
  resize(size);
  // Not before: of a container that has not run yet, the engine says that it has ended.
  const ended = untilExited(container).then(
    async (exitCode) => ({ exitCode, oomKilled: await wasOomKilled(container) }),
    () => ({ exitCode: undefined, oomKilled: false }),
  );
  return { stream, ended, resize };
}

async function wasOomKilled(container: Container): Promise<boolean> {
  const facts = await container.inspect().catch(() => undefined);
  return facts?.State.OOMKilled ?? false;
}

interface TerminalPlace {
  name: string;
  slot: Pick<Slot, 'cgroupParent'>;
  engine: Pick<Engine, 'network'>;
}

/** Pure: everything that keeps the shell in its place. */
export function terminalSpec(wanted: ShellWanted, { name, slot, engine }: TerminalPlace): ContainerCreateOptions {
  const { imageId, config, shell } = wanted;
  const toolbox = shell === undefined;
  const path = config.env.PATH ?? defaultPath;
  const run: RunSettings = {
    ...neverAsked,
    readOnly: true,
    env: {
      TERM: 'xterm-256color',
      // Where nothing else says what a prompt looks like: the folder.
      PS1: '$PWD $ ',
      ...(toolbox && { PATH: `${path}:${toolboxFolder}` }),
    },
  };
  const spec = containerSpec({
    ...{ name, imageId, run, cgroupParent: slot.cgroupParent, network: engine.network },
    ...{ volumes: config.volumes, workingDir: config.workingDir, labels: { [OWNER_LABEL]: ownerId() } },
  });
  const tools = { Type: 'volume' as const, Source: name, Target: toolboxFolder, ReadOnly: true };
  return {
    ...spec,
    Hostname: 'image',
    Entrypoint: toolbox ? [`${toolboxFolder}/busybox`, 'sh'] : [shell],
    Cmd: [],
    ...{ Tty: true, OpenStdin: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
    HostConfig: {
      ...spec.HostConfig,
      NetworkMode: 'none',
      ExtraHosts: [],
      NanoCpus: limits.terminal.cpus * 1e9,
      // Nobody reads it, and writing it would cost the engine more than the shell does.
      LogConfig: { Type: 'none', Config: {} },
      ...(toolbox && { Mounts: [tools] }),
    },
  };
}

/**
 * A volume with the toolbox's programs: Docker fills an empty one from the image of the first container that names it.
 * That container is never started.
 */
async function layOutToolbox(docker: Docker, name: string, slot: Pick<Slot, 'cgroupParent'>): Promise<void> {
  const Labels = { [OWNER_LABEL]: ownerId() };
  await docker.createVolume({ Name: name, Labels });
  const filler = await docker
    .createContainer({
      ...{ name: `${name}-tools`, Image: toolboxImage, Labels, Entrypoint: [], Cmd: ['/never-run'] },
      HostConfig: {
        ...{ NetworkMode: 'none', CgroupParent: slot.cgroupParent },
        Mounts: [{ Type: 'volume', Source: name, Target: '/bin' }],
      },
    })
    .catch((cause) => {
      const message = 'The tools for images without a shell are not ready yet. Try again in a moment.';
      throw new StagecraftError('not_ready', message, { retryable: true, cause });
    });
  await filler.remove({ force: true });
}

async function removeVolume(docker: Docker, name: string): Promise<void> {
  await docker.getVolume(name).remove({ force: true });
}
