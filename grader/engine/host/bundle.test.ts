import { expect, test } from 'vitest';
import { inside } from '../agent-config.ts';
import { capabilitiesFrom, ociConfig } from './bundle.ts';
import { mmdebstrapArgs } from './rootfs.ts';

interface Config {
  process: { capabilities: { bounding: string[] }; rlimits?: unknown; args: string[] };
  root: { readonly: boolean };
  mounts: { destination: string; source: string; type: string; options: string[] }[];
  linux: { namespaces: { type: string }[]; resources: { memory: object; pids: object } };
}

function config(limitsSwap = true): Config {
  return ociConfig({
    name: 'stagecraft-1',
    rootfs: '/rootfs',
    device: '/dev/loop7',
    memoryBytes: 1000,
    limitsSwap,
    pidsMax: 10,
    capBnd: '000001fffeffffff',
    outside: { sockets: '/s', conf: '/c', agent: '/a', packageJson: '/p', node: '/n', mirror: '/m', layerIndex: '/l' },
  }) as Config;
}

test('only capabilities that this process has are asked for, and none that dockerd has no use for', () => {
  expect(capabilitiesFrom('3')).toEqual(['CAP_CHOWN', 'CAP_DAC_OVERRIDE']);
  const all = capabilitiesFrom('000001ffffffffff');
  expect(all).toContain('CAP_SYS_ADMIN');
  expect(all).not.toContain('CAP_SYS_MODULE');
  // Bit 24, SYS_RESOURCE, is missing on some machines although root.
  expect(config().process.capabilities.bounding).not.toContain('CAP_SYS_RESOURCE');
});

test('the engine has its own namespaces, among them a network without a way out', () => {
  expect(config().linux.namespaces.map(({ type }) => type)).toEqual([
    'pid',
    'network',
    'ipc',
    'uts',
    'mount',
    'cgroup',
  ]);
});

test('the root is read-only, and everything from outside is too except the sockets and the layer index', () => {
  expect(config().root.readonly).toBe(true);
  const writable = config().mounts.filter(({ type, options }) => type === 'bind' && options.includes('rw'));
  expect(writable.map(({ destination }) => destination)).toEqual([inside.sockets, inside.layerIndex]);
});

test('the disk is mounted inside only, without flags that a user namespace would lock', () => {
  const disk = config().mounts.find(({ destination }) => destination === inside.dataRoot);
  expect(disk).toMatchObject({ source: '/dev/loop7', type: 'ext4' });
  expect(disk?.options).toEqual(['noatime', 'discard']);
});

test('resource limits of processes are not asked for', () => {
  expect(config().process.rlimits).toBeUndefined();
});

test('swap is limited only where the kernel accounts it', () => {
  expect(config(true).linux.resources.memory).toEqual({ limit: 1000, swap: 1000 });
  expect(config(false).linux.resources.memory).toEqual({ limit: 1000 });
});

test('mmdebstrap gets whole lines, so that other lists of this machine take no part', () => {
  const args = mmdebstrapArgs('/target', {
    main: 'http://mirror.test/debian',
    security: 'http://mirror.test/security',
  });
  expect(args.slice(-4)).toEqual([
    'trixie',
    '/target',
    'deb http://mirror.test/debian trixie main',
    'deb http://mirror.test/security trixie-security main',
  ]);
});
