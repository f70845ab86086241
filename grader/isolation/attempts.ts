/**
 * What learners' code may not reach or change, as lists: the self-test tries them on every machine, and the engine's own
 * tests on the machine of whoever works on it.
 *
 * Absent on purpose: anything that does harm where it succeeds. A setting is written back as it was read.
 */

/** Addresses of the internet, where something listens at all times. */
export const publicTargets: Record<string, string> = { 'public-1': '1.1.1.1:80', 'public-2': '8.8.8.8:53' };

/** Where clouds tell any machine of theirs its secrets. */
export const metadataTarget = '169.254.169.254:80';

/** A name that is kept for examples, so nobody is bothered. */
export const publicName = 'example.com';
/** A resolver of the internet, for those who ask past the one they were given. */
export const publicResolver = '8.8.8.8';

export interface WriteAttempt {
  name: string;
  /** For a shell; status 0 means that it got what it tried. */
  command: string;
}

const writeBack = (path: string) => `v=$(cat ${path}) && echo $v > ${path}`;

/** A folder is a group only where the kernel fills it: on version 1 there is a plain file system above the groups. */
const makeGroup = (path: string) => `mkdir ${path} && test -e ${path}/cgroup.procs`;

/** Kernel settings, devices, mounts and namespaces. */
export const kernelAttempts: readonly WriteAttempt[] = [
  { name: 'kernel-setting', command: writeBack('/proc/sys/kernel/panic') },
  { name: 'network-setting', command: 'echo 1 > /proc/sys/net/ipv4/ip_forward' },
  { name: 'sysrq', command: 'echo x > /proc/sysrq-trigger' },
  { name: 'mount', command: 'mount -t tmpfs none /tmp' },
  { name: 'device', command: 'mknod /tmp/disk b 7 0' },
  { name: 'namespace', command: 'unshare -m true' },
  { name: 'kernel-log', command: 'head -c1 /dev/kmsg' },
];

/** The limits themselves, on both versions of cgroups: a group of one's own, a limit written, the tree mounted anew. */
export const cgroupAttempts: readonly WriteAttempt[] = [
  { name: 'group-v1', command: makeGroup('/sys/fs/cgroup/memory/x') },
  { name: 'group-v2', command: makeGroup('/sys/fs/cgroup/x') },
  { name: 'memory-limit-v1', command: writeBack('/sys/fs/cgroup/memory/memory.limit_in_bytes') },
  { name: 'memory-limit-v2', command: writeBack('/sys/fs/cgroup/memory.max') },
  { name: 'process-limit-v1', command: writeBack('/sys/fs/cgroup/pids/pids.max') },
  { name: 'process-limit-v2', command: writeBack('/sys/fs/cgroup/pids.max') },
  { name: 'groups-mounted-v1', command: 'mkdir -p /tmp/groups && mount -t cgroup -o pids none /tmp/groups' },
  { name: 'groups-mounted-v2', command: 'mkdir -p /tmp/groups && mount -t cgroup2 none /tmp/groups' },
];

/** What must work, so that a refusal means something. */
export const writeControl: WriteAttempt = {
  name: 'control',
  command: 'echo 1 > /tmp/control && cat /proc/sys/kernel/panic',
};
