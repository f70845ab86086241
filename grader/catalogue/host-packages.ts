/** Programs of the host's own distribution that base images need, installed when they are missing. */
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import { lastLines, runCommand } from './run-command.ts';

/** How to ask whether a program is there, and the Debian packages that bring it. */
export interface HostProgram {
  probe: string[];
  packages: string[];
}

export const standInPrograms: HostProgram[] = [
  { probe: ['mmdebstrap', '--version'], packages: ['mmdebstrap'] },
  { probe: ['test', '-e', '/usr/share/keyrings/debian-archive-keyring.gpg'], packages: ['debian-archive-keyring'] },
];

/** For wheels; Debian's Python comes without pip. */
export const pypiPrograms: HostProgram[] = [
  { probe: ['python3', '-m', 'pip', '--version'], packages: ['python3', 'python3-pip'] },
];

/** Needed only where official images are pinned. */
export const registryPrograms: HostProgram[] = [{ probe: ['skopeo', '--version'], packages: ['skopeo'] }];

/**
 * @throws StagecraftError `host_lacks` when this is no Debian-like host, or installing needs root or does not work
 */
export async function ensureHostPackages(options: {
  programs: HostProgram[];
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { programs, progress, signal } = options;
  const missing: string[] = [];
  for (const { probe, packages } of programs) {
    if (!(await works(probe, signal))) missing.push(...packages);
  }
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!(await works(['apt-get', '--version'], signal))) {
    throw new StagecraftError(
      'host_lacks',
      `Base images need ${names} on this machine, and it has no apt-get to install that with. Install it, or run Stagecraft on Debian.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new StagecraftError(
      'host_lacks',
      `Base images need ${names}. Install it once: sudo apt-get install ${names}`,
    );
  }
  const id = 'host-packages';
  const title = `host packages ${names}`;
  progress({ id, title, state: 'running', detail: `apt-get install ${names}` });
  const flags = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  await runCommand([...quiet, 'apt-get', '-q', 'update'], { signal });
  const result = await runCommand([...quiet, 'apt-get', 'install', ...flags, ...missing], { signal });
  if (result.exitCode !== 0) {
    const detail = `apt-get install ${names} did not work on this machine: ${lastLines(result.stderr)}`;
    progress({ id, title, state: 'failed', detail });
    throw new StagecraftError('host_lacks', detail, { retryable: true });
  }
  progress({ id, title, state: 'ready' });
}

async function works(probe: string[], signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return (await runCommand(probe, { signal })).exitCode === 0;
  } catch (error) {
    if (error instanceof StagecraftError && error.code === 'host_lacks') return false;
    throw error;
  }
}
