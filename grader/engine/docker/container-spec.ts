/** What an existing Docker is told about the engine's container: the same shape as the one that runc gets. */
import { existsSync } from 'node:fs';
import type { ContainerCreateOptions } from 'dockerode';
import { limits } from '../../limits.ts';
import { inside } from '../agent-config.ts';
import { agentDir, agentNode, packageJson } from '../agent-parts.ts';
import type { Instance } from '../instance.ts';
import type { EngineSizes } from '../sizes.ts';
import { engineImage, installationLabel, ownLabel } from './engine-image.ts';

/**
 * Beyond what Docker gives every container. Not `--privileged`: that also hands over every device, and fails where the
 * host's own root lacks a capability.
 */
const capabilities = ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'SYSLOG'];
const loopMajor = 7;

export function volumeName(instance: Instance): string {
  return `${instance.name}-data`;
}

export function engineContainer(
  instance: Instance,
  { sizes, recipe }: { sizes: EngineSizes; recipe: string },
): ContainerCreateOptions {
  const kmsg = '/dev/kmsg';
  return {
    name: instance.name,
    Image: engineImage,
    Labels: { [ownLabel]: recipe, [installationLabel]: instance.name },
    Env: ['HOME=/run', 'LC_ALL=C.UTF-8'],
    Entrypoint: ['/usr/bin/tini', '--', inside.node, `${inside.agent}/main.ts`, `${inside.conf}/agent.json`],
    Cmd: [],
    StopTimeout: limits.engine.stopTimeoutMs / 1000,
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapAdd: capabilities,
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
      // systempaths=unconfined: dockerd makes namespaces whose /proc and /sys the kernel compares with its own.
      MaskedPaths: [],
      ReadonlyPaths: [],
      CgroupnsMode: 'private',
      // Where the user's Docker remaps users, the engine still has to be root to remap its own.
      UsernsMode: 'host',
      Memory: sizes.engineMemoryBytes,
      MemorySwap: sizes.engineMemoryBytes,
      PidsLimit: limits.engine.pidsMax,
      Tmpfs: { '/run': 'mode=755,size=64m', '/tmp': 'exec,mode=1777,size=256m' },
      DeviceCgroupRules: [`b ${loopMajor}:* rmw`],
      Devices: [device('/dev/loop-control', 'rw'), ...(existsSync(kmsg) ? [device(kmsg, 'r')] : [])],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '1' } },
      Mounts: [
        { Type: 'volume', Source: volumeName(instance), Target: '/var/lib/stagecraft' },
        bind(instance.runDir, inside.sockets, false),
        bind(instance.confDir, inside.conf, true),
        bind(agentDir, inside.agent, true),
        bind(packageJson, inside.packageJson, true),
        bind(agentNode(), inside.node, true),
        bind(instance.mirrorDir, inside.mirror, true),
      ],
    },
  } as ContainerCreateOptions;
}

/** In the engine's volume, where nothing of this machine can be mounted: what is mounted at `/run/stagecraft` elsewhere. */
export const partsDir = '/var/lib/stagecraft/parts';

/** The same engine on a Docker that shares no folder with this machine: all that it needs is put into its volume before. */
export function externalContainer(
  instance: Instance,
  parts: { sizes: EngineSizes; recipe: string },
): ContainerCreateOptions {
  const spec = engineContainer(instance, parts);
  const { HostConfig: host = {} } = spec;
  const link = `mkdir -p ${inside.sockets} && ln -s ${partsDir}/* /run/stagecraft/ && exec "$@"`;
  return {
    ...spec,
    Entrypoint: ['/bin/sh', '-c', link, 'engine', ...(spec.Entrypoint as string[])],
    HostConfig: {
      ...host,
      Mounts: host.Mounts?.filter(({ Type }) => Type === 'volume') ?? [],
      Devices: [device('/dev/loop-control', 'rw'), device('/dev/kmsg', 'r')],
    },
  };
}

function device(path: string, permissions: string) {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: permissions };
}

function bind(source: string, target: string, readOnly: boolean) {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: readOnly } as const;
}
