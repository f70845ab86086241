/** What the host launcher needs from the machine, and how it installs what apt can bring. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import { debianMirrors } from './apt-sources.ts';
import { run } from './processes.ts';
import { noDebianSentence, rootfsDir } from './rootfs.ts';

/** A command and the Debian package that brings it. */
const tools: { command: string; package: string }[] = [
  { command: 'mmdebstrap', package: 'mmdebstrap' },
  { command: 'runc', package: 'runc' },
  { command: 'mkfs.ext4', package: 'e2fsprogs' },
  { command: 'e2fsck', package: 'e2fsprogs' },
  { command: 'losetup', package: 'mount' },
];

/** Every Debian package that a machine may lack when root file system and base images are there already. */
export const hostPackages = [...new Set(tools.map((tool) => tool.package))].filter((name) => name !== 'mmdebstrap');

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Whether a command is installed. */
export function hasCommand(command: string): boolean {
  return searchPath.split(delimiter).some((dir) => existsSync(join(dir, command)));
}

/** Debian packages to install. A root file system that is there already makes mmdebstrap unnecessary. */
export function missingPackages(cacheDir: string): string[] {
  const needed = existsSync(rootfsDir(cacheDir)) ? tools.filter(({ command }) => command !== 'mmdebstrap') : tools;
  return [...new Set(needed.filter(({ command }) => !hasCommand(command)).map((tool) => tool.package))];
}

/** What can't be installed by us, one sentence each with what to do; empty when the launcher can start. */
export function missingFromHost(cacheDir: string): string[] {
  const sentences: string[] = [];
  if (process.platform !== 'linux') return ['The sandbox engine without Docker needs Linux; install Docker instead.'];
  const packages = missingPackages(cacheDir);
  if (process.getuid?.() !== 0) {
    const install = packages.length > 0 ? ` (and these Debian packages: ${packages.join(', ')})` : '';
    sentences.push(
      `The sandbox engine needs root to make namespaces, cgroups and its disk${install}, and this process runs as user ${process.getuid?.()}. Start Stagecraft with sudo.`,
    );
  }
  if (packages.length > 0 && !hasCommand('apt-get')) {
    sentences.push(`This machine lacks ${packages.join(', ')} and has no apt-get to install them with. Install them.`);
  }
  if (!existsSync(rootfsDir(cacheDir)) && debianMirrors('/etc/apt') === undefined) sentences.push(noDebianSentence);
  if (cgroupState().lacking.length > 0) {
    sentences.push(
      'The cgroup controllers memory, pids and cpu are not mounted below /sys/fs/cgroup. Mount them, or use a machine that has them.',
    );
  }
  if (!hasOverlay() && !hasCommand('modprobe')) {
    sentences.push(
      'The kernel of this machine has no overlay file system, which image layers need. Use a kernel that has it.',
    );
  }
  return sentences;
}

/** Whether the kernel has the overlay file system now; a module that is not loaded yet does not count. */
export function hasOverlay(): boolean {
  return readFileSync('/proc/filesystems', 'utf8').includes('overlay');
}

/** The version that is mounted, and those controllers that the engine needs and that are not there. */
export function cgroupState(root = '/sys/fs/cgroup'): { version: 1 | 2; lacking: string[] } {
  const needed = ['memory', 'pids', 'cpu'];
  if (existsSync(join(root, 'cgroup.controllers'))) {
    const controllers = readFileSync(join(root, 'cgroup.controllers'), 'utf8').split(/\s+/);
    return { version: 2, lacking: needed.filter((controller) => !controllers.includes(controller)) };
  }
  return { version: 1, lacking: needed.filter((controller) => !existsSync(join(root, controller))) };
}

/** Installs the packages that are missing, and nothing else. @throws StagecraftError `host_lacks` */
export async function installPackages(options: {
  cacheDir: string;
  progress: ProgressSink;
  signal?: AbortSignal;
}): Promise<void> {
  const packages = missingPackages(options.cacheDir);
  if (packages.length === 0) return;
  const detail = `installing Debian packages: ${packages.join(', ')}`;
  options.progress({ id: 'engine', title: 'Sandbox engine', state: 'running', detail });
  // On top of the environment that there is: apt takes the operator's proxy from it.
  const apt = ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', `PATH=${searchPath}`, 'apt-get'];
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  const running = {
    timeoutMs: 10 * 60_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  try {
    await run('env', [...apt, ...install], running).catch(async () => {
      // The lists may be old or empty: fetch them once, then try again.
      await run('env', [...apt, 'update'], running);
      await run('env', [...apt, ...install], running);
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new StagecraftError(
      'host_lacks',
      `apt-get could not install ${packages.join(', ')}, which the sandbox engine needs. Install them yourself and start again.`,
      { cause },
    );
  }
}

/** Modules that dockerd would load by itself on a host; inside the engine it can't. Built-in ones fail harmlessly. */
export async function loadModules(): Promise<void> {
  if (!hasCommand('modprobe')) return;
  const modules =
    'loop overlay bridge br_netfilter veth nf_conntrack xt_conntrack xt_addrtype xt_nat xt_tcpudp nft_compat ipt_REJECT iptable_filter iptable_nat ip6table_filter';
  await Promise.all(modules.split(' ').map((name) => run('modprobe', ['-q', name]).catch(() => {})));
}
