/** What a Docker must be and have for the sandbox engine to run on it as a container. */
import { existsSync } from 'node:fs';
import type Docker from 'dockerode';

/** Docker Engine 20.10. */
const apiVersionMin = 41;

export interface DockerFacts {
  /** Why it did not answer; the rest is meaningless then. */
  unreachable?: string;
  apiVersion: string;
  version: string;
  osType: string;
  operatingSystem: string;
  securityOptions: string[];
  cgroupDriver: string;
  memoryLimit: boolean;
  pidsLimit: boolean;
  /** Of this machine, not of Docker's. */
  hasLoopControl: boolean;
}

export async function readDockerFacts(docker: Docker): Promise<DockerFacts> {
  const hasLoopControl = existsSync('/dev/loop-control');
  const nothing = {
    apiVersion: '',
    version: '',
    osType: '',
    operatingSystem: '',
    securityOptions: [],
    cgroupDriver: '',
  };
  try {
    const [version, info] = await Promise.all([docker.version(), docker.info()]);
    return {
      apiVersion: version.ApiVersion,
      version: version.Version,
      osType: info.OSType,
      operatingSystem: info.OperatingSystem,
      securityOptions: info.SecurityOptions ?? [],
      cgroupDriver: info.CgroupDriver,
      memoryLimit: info.MemoryLimit,
      pidsLimit: info.PidsLimit,
      hasLoopControl,
    };
  } catch (error) {
    return { ...nothing, unreachable: (error as Error).message, memoryLimit: false, pidsLimit: false, hasLoopControl };
  }
}

/** Of a Docker that may be on another machine, with which neither folders nor sockets are shared. */
export function lacksElsewhere(facts: DockerFacts): string[] {
  return lacksOf({ ...facts, operatingSystem: '', hasLoopControl: true });
}

/** One sentence each with what to do; empty when the engine can run there. */
export function lacksOf(facts: DockerFacts): string[] {
  if (facts.unreachable !== undefined) {
    return [`No Docker answers (${facts.unreachable}). Start Docker, or choose another engine with STAGECRAFT_ENGINE.`];
  }
  const lacks: string[] = [];
  if (Number(facts.apiVersion.split('.')[1]) < apiVersionMin) {
    lacks.push(`Docker ${facts.version} is too old: Stagecraft needs Docker 20.10 or later. Update it.`);
  }
  if (facts.osType !== 'linux') {
    lacks.push(`Docker runs ${facts.osType} containers; Stagecraft needs Linux containers. Switch it over.`);
  }
  if (/docker desktop/i.test(facts.operatingSystem)) {
    lacks.push(
      'Docker Desktop can not share the socket of a container. Set STAGECRAFT_ENGINE=external, which needs nothing but its API.',
    );
  }
  if (facts.securityOptions.some((option) => option.includes('name=rootless'))) {
    lacks.push(
      'This Docker is rootless, and a rootless one can not give the sandbox the namespaces and limits it needs. Use a Docker Engine that runs as root.',
    );
  }
  if (facts.cgroupDriver === 'none' || !facts.memoryLimit || !facts.pidsLimit) {
    lacks.push(
      'This Docker can not limit memory and processes (the memory and pids controllers are not delegated to it). Enable them in the kernel or for its service.',
    );
  }
  if (!facts.hasLoopControl) {
    lacks.push(
      'This machine has no loop devices (/dev/loop-control), which hold the disk of bounded size. Load the module with `modprobe loop`.',
    );
  }
  return lacks;
}
