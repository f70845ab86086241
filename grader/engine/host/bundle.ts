/** What runc is told about the engine's container. */
import { inside } from '../agent-config.ts';

export interface BundleOptions {
  name: string;
  rootfs: string;
  device: string;
  memoryBytes: number;
  /** Whether the kernel accounts swap; without, there is no such limit to set. */
  limitsSwap: boolean;
  pidsMax: number;
  /** The bounding set of this process as the kernel prints it, in hexadecimal. */
  capBnd: string;
  outside: {
    sockets: string;
    conf: string;
    agent: string;
    packageJson: string;
    node: string;
    mirror: string;
    layerIndex: string;
  };
}

const capabilityNames =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );
/** Of no use to dockerd; what nobody has nobody can abuse. */
const withheld = new Set([
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_BOOT',
  'SYS_TIME',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
]);

/** The capabilities to ask for: asking for one that this process lacks makes runc fail. */
export function capabilitiesFrom(capBnd: string): string[] {
  const bits = BigInt(`0x${capBnd}`);
  return capabilityNames
    .filter((name, bit) => (bits >> BigInt(bit)) & 1n && !withheld.has(name))
    .map((name) => `CAP_${name}`);
}

/** The OCI runtime configuration. Absent on purpose: `process.rlimits`, which fails where root may not raise limits. */
export function ociConfig(options: BundleOptions): object {
  const capabilities = capabilitiesFrom(options.capBnd);
  return {
    ociVersion: '1.0.2',
    hostname: 'engine',
    root: { path: options.rootfs, readonly: true },
    process: {
      terminal: false,
      cwd: '/',
      user: { uid: 0, gid: 0 },
      args: ['/usr/bin/tini', '--', inside.node, `${inside.agent}/main.ts`, `${inside.conf}/agent.json`],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/run', 'LC_ALL=C.UTF-8'],
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: false,
    },
    mounts: mounts(options),
    linux: {
      cgroupsPath: `/${options.name}`,
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
      maskedPaths: [],
      readonlyPaths: [],
      // The kernel's log names the slot whose memory limit was hit; see the agent's oom-log.
      devices: [{ path: '/dev/kmsg', type: 'c', major: 1, minor: 11, fileMode: 0o600, uid: 0, gid: 0 }],
      resources: {
        devices: [{ allow: true, access: 'rwm' }],
        memory: { limit: options.memoryBytes, ...(options.limitsSwap ? { swap: options.memoryBytes } : {}) },
        pids: { limit: options.pidsMax },
      },
    },
  };
}

function mounts({ device, outside }: BundleOptions): object[] {
  const noExec = ['nosuid', 'noexec', 'nodev'];
  const bind = (source: string, destination: string, access: 'ro' | 'rw'): object => ({
    source,
    destination,
    type: 'bind',
    options: ['bind', access],
  });
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: noExec },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=1m'] },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
    },
    { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...noExec, 'mode=1777', 'size=64m'] },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: noExec },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...noExec, 'rw'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...noExec, 'relatime', 'rw'] },
    { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=755', 'size=64m'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777', 'size=256m'] },
    // Not nosuid or nodev: the kernel would lock them below a build's user namespace, and a learner's
    // \`RUN --mount=type=bind,from=…\` of a stage with one layer, remounted without them, would fail with EPERM.
    { destination: inside.dataRoot, type: 'ext4', source: device, options: ['noatime', 'discard'] },
    bind(outside.sockets, inside.sockets, 'rw'),
    bind(outside.layerIndex, inside.layerIndex, 'rw'),
    bind(outside.conf, inside.conf, 'ro'),
    bind(outside.agent, inside.agent, 'ro'),
    bind(outside.packageJson, inside.packageJson, 'ro'),
    bind(outside.node, inside.node, 'ro'),
    bind(outside.mirror, inside.mirror, 'ro'),
  ];
}
