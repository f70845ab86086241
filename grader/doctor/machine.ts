/** What the kernel and the user must bring for an engine on this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { cgroupState, hasOverlay } from '../engine/host/requirements.ts';
import type { DoctorItem } from './item.ts';

/** Root is needed only where the engine is launched without a Docker. */
export function rootItem(uid: number | undefined, viaDocker: boolean): DoctorItem {
  const item = { id: 'root', title: 'User' };
  if (uid === undefined) return { ...item, state: 'ok', found: 'this system has no root' };
  if (uid === 0) return { ...item, state: 'ok', found: 'root' };
  if (viaDocker) return { ...item, state: 'ok', found: `user ${uid}; root is not needed, Docker launches the engine` };
  return {
    ...item,
    state: 'missing',
    found: `user ${uid}; without a Docker the engine needs root for namespaces, cgroups and its disk`,
    mend: 'sudo npx stagecraft start, or install Docker',
  };
}

/** The first Node that runs TypeScript as it is. */
const nodeMin = [22, 18] as const;

export function nodeItem(version: string): DoctorItem {
  const item = { id: 'node', title: 'Node' };
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const fits = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  if (fits) return { ...item, state: 'ok', found: version };
  const mend = 'Start it with `npx stagecraft`, which brings its own Node.';
  return { ...item, state: 'missing', found: `${version}; at least ${nodeMin.join('.')} is needed`, mend };
}

export interface PackageFacts {
  /** Debian packages that the host launcher lacks. */
  lacking: string[];
  viaDocker: boolean;
  /** This process could install them. */
  installable: boolean;
}

export function packagesItem({ lacking, viaDocker, installable }: PackageFacts): DoctorItem {
  const item = { id: 'packages', title: 'Debian packages' };
  if (lacking.length === 0) return { ...item, state: 'ok', found: 'everything that the engine needs is installed' };
  const names = lacking.join(', ');
  if (viaDocker) return { ...item, state: 'ok', found: `${names} not installed, and not needed with Docker` };
  const mend = `apt-get install ${lacking.join(' ')}`;
  if (installable) return { ...item, state: 'warning', found: `${names} not installed; the first start does it`, mend };
  return { ...item, state: 'missing', found: `${names} not installed`, mend };
}

export function loopItem(hasLoopControl: boolean): DoctorItem {
  const item = { id: 'loop', title: 'Loop devices' };
  if (hasLoopControl) return { ...item, state: 'ok', found: '/dev/loop-control is there' };
  const found = 'no /dev/loop-control, which the engine’s disk of limited size needs';
  return { ...item, state: 'missing', found, mend: 'modprobe loop; in a container, pass --device /dev/loop-control' };
}

export function overlayItem(has: boolean): DoctorItem {
  const item = { id: 'overlay', title: 'Overlay file system' };
  if (has) return { ...item, state: 'ok', found: 'the kernel has it' };
  return { ...item, state: 'missing', found: 'the kernel does not know it', mend: 'modprobe overlay' };
}

export interface NamespaceFacts {
  /** The kernel has user namespaces at all. */
  known: boolean;
  /** How many may exist. */
  max: number;
}

export function namespacesItem({ known, max }: NamespaceFacts): DoctorItem {
  const item = { id: 'namespaces', title: 'User namespaces' };
  if (!known) {
    const mend = 'Use a kernel with CONFIG_USER_NS.';
    return { ...item, state: 'missing', found: 'the kernel was built without them', mend };
  }
  if (max > 0) return { ...item, state: 'ok', found: `up to ${max}` };
  const mend = 'sysctl -w user.max_user_namespaces=10000';
  return { ...item, state: 'missing', found: 'switched off (user.max_user_namespaces is 0)', mend };
}

export function cgroupsItem({ version, lacking }: { version: 1 | 2; lacking: string[] }): DoctorItem {
  const item = { id: 'cgroups', title: 'Control groups' };
  if (lacking.length === 0) return { ...item, state: 'ok', found: `version ${version} with memory, pids and cpu` };
  return {
    ...item,
    state: 'missing',
    found: `version ${version} without ${lacking.join(', ')}`,
    mend: `Enable ${lacking.join(', ')} below /sys/fs/cgroup: on the kernel's command line (cgroup_enable=memory), or by delegation where this is a container.`,
  };
}

/** Empty where there is no Linux kernel to look at: there the engine runs in Docker's own machine. */
export function kernelItems(): DoctorItem[] {
  if (process.platform !== 'linux') return [];
  return [
    loopItem(existsSync('/dev/loop-control')),
    overlayItem(hasOverlay()),
    namespacesItem(readNamespaces()),
    cgroupsItem(cgroupState()),
  ];
}

function readNamespaces(): NamespaceFacts {
  const known = existsSync('/proc/self/ns/user');
  try {
    return { known, max: Number(readFileSync('/proc/sys/user/max_user_namespaces', 'utf8')) };
  } catch {
    // Kernels before 4.9 have no limit to read.
    return { known, max: known ? Number.POSITIVE_INFINITY : 0 };
  }
}
