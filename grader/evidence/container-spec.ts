/** How a learner's container is created: everything that keeps it in its place, as one pure function. */
import { posix } from 'node:path';
import type { ContainerCreateOptions } from 'dockerode';
import { canonicalPath } from '../contract/merge-layers.ts';
import type { EngineNetwork } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import type { RunSettings } from './need.ts';

export interface ContainerToCreate {
  name: string;
  imageId: string;
  run: RunSettings;
  /** Of the slot, e.g. `/slot1`. */
  cgroupParent: string;
  network: Pick<EngineNetwork, 'runNetworkName' | 'runGateway'>;
  /** VOLUMEs that the image declares: each would be a writable directory outside of the read-only root. */
  volumes: readonly string[];
  /** The working directory of the image, for VOLUMEs that are relative. */
  workingDir: string;
  labels: Record<string, string>;
}

export function containerSpec(wanted: ContainerToCreate): ContainerCreateOptions {
  const { run, network } = wanted;
  return {
    name: wanted.name,
    Image: wanted.imageId,
    Labels: wanted.labels,
    Env: Object.entries(run.env).map(([name, value]) => `${name}=${value}`),
    // The image's own check would run a process of the learner's choice beside process 1; nothing here waits for it.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: network.runNetworkName,
      CgroupParent: wanted.cgroupParent,
      ExtraHosts: run.hosts.map((host) => `${host}:${network.runGateway}`),
      ReadonlyRootfs: run.readOnly,
      Tmpfs: tmpfsFor(wanted),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: limits.run.memoryBytes,
      MemorySwap: limits.run.memoryBytes,
      ShmSize: limits.run.tmpfsBytes,
      PidsLimit: limits.run.pidsMax,
      NanoCpus: limits.run.cpus * 1e9,
      Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
      RestartPolicy: { Name: 'no' },
      // Process 1 is what the checks look at: no init in front of it.
      Init: false,
      Privileged: false,
      PublishAllPorts: false,
      AutoRemove: false,
    },
  };
}

/** What stands for `/tmp`, or the folders that are named instead, and for every VOLUME: memory that counts against the container's own limit. */
function tmpfsFor({ run, volumes, workingDir }: ContainerToCreate): Record<string, string> {
  const options = `rw,nosuid,nodev,mode=1777,size=${limits.run.tmpfsBytes}`;
  const places = new Set([...(run.tmpfs ?? ['/tmp']), ...volumes.map((volume) => volumePath(volume, workingDir))]);
  return Object.fromEntries([...places].map((place) => [place, options]));
}

function volumePath(volume: string, workingDir: string): string {
  return canonicalPath(posix.isAbsolute(volume) ? volume : posix.join(workingDir, volume));
}
