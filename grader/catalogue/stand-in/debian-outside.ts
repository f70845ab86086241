/**
 * Debian's tools on a machine that isn't Debian, or without root: the same download, run by this very program in a
 * container of the user's own Docker, with that Docker's network. Nothing of a learner's is in it.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Container } from 'dockerode';
import { agentNode } from '../../engine/agent-parts.ts';
import type { OutsideDocker } from '../../engine/engine.ts';
import { untilExited } from '../../engine/until-exited.ts';
import { StagecraftError } from '../../errors.ts';
import { networkEnvironment } from '../../settings.ts';
import { lastLines } from '../run-command.ts';
import type { InputName } from './input-sets.ts';

const projectDir = resolve(import.meta.dirname, '..', '..', '..');
const node = '/usr/local/bin/stagecraft-node';

export interface OutsideDownload {
  outside: OutsideDocker;
  name: InputName;
  /** For `root.tar` and `packages/`. */
  folder: string;
  signal: AbortSignal;
}

/** @throws StagecraftError `host_lacks` with the end of what the container said, or `cancelled` */
export async function downloadDebianOutside({ outside, name, folder, signal }: OutsideDownload): Promise<void> {
  await mkdir(folder, { recursive: true });
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const program = resolve(projectDir, 'grader', 'cli', 'main.ts');
  const container = await outside.docker.createContainer({
    Image: outside.image,
    Entrypoint: [node, program, 'catalogue', 'debian-inputs', name, folder, owner],
    Cmd: [],
    Labels: outside.labels,
    Env: Object.entries(networkEnvironment()).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      // mmdebstrap mounts /proc and the like in the tree that it makes.
      CapAdd: ['SYS_ADMIN'],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
      UsernsMode: 'host',
      Mounts: [
        bind(dirname(folder), dirname(folder), false),
        bind(projectDir, projectDir, true),
        bind(agentNode(), node, true),
      ],
    },
  });
  const stop = (): void => void container.kill().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await container.start();
    const code = await untilExited(container);
    if (signal.aborted) throw new StagecraftError('cancelled', 'Downloading Debian packages was cancelled.');
    if (code !== 0) throw new StagecraftError('host_lacks', await failure(container), { retryable: true });
  } finally {
    signal.removeEventListener('abort', stop);
    await container.remove({ force: true, v: true });
  }
}

async function failure(container: Container): Promise<string> {
  const log = await container.logs({ stderr: true, tail: 20 });
  // Each frame begins with eight bytes that are no text.
  return `Downloading Debian packages on your Docker did not work: ${lastLines(log.toString('latin1').replace(/[^\x20-\x7e\n]/g, ''))}`;
}

function bind(source: string, target: string, readOnly: boolean) {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: readOnly } as const;
}
