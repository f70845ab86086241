/**
 * What the launcher tells the agent and what both say to each other over the agent's unix socket (HTTP, JSON bodies).
 *
 * Absent on purpose: imports. The agent's folder is mounted into the engine on its own, without `node_modules`.
 */

/** Limits of one cgroup. `cpus` is a count of processors and may be fractional. */
export interface CgroupLimits {
  memoryBytes: number;
  pidsMax: number;
  cpus: number;
}

export interface AgentNetwork {
  buildGateway: string;
  /** CIDR of the bridge that builds run on. */
  buildCidr: string;
  runNetworkName: string;
  runBridge: string;
  runGateway: string;
  runCidr: string;
  mirrorPort: number;
  httpsPort: number;
}

/** Written by the launcher, read once by the agent when it boots. */
export interface AgentConfig {
  instance: string;
  recipe: string;
  network: AgentNetwork;
  /** That tokens of the mirror's private part are made with. */
  registryKey: string;
  slots: { count: number; limits: CgroupLimits };
  /** Small slots for learners' terminals, so that an open shell takes no place from a build. */
  terminals: { count: number; limits: CgroupLimits };
  daemon: { cpus: number; bootTimeoutMs: number; stopTimeoutMs: number };
  watch: { intervalMs: number; spinMs: number; pingTimeoutMs: number; idleStopMs: number; logBytesMax: number };
  probe: { responseBytesMax: number };
  layers: { entriesMax: number; namesBytesMax: number; answerBytesMax: number; timeoutMs: number };
  paths: {
    dockerSocket: string;
    agentSocket: string;
    dataRoot: string;
    daemonJson: string;
    mirrorRoot: string;
    layerIndex: string;
    httpsCert: string;
    httpsKey: string;
    cgroups: string;
  };
  /** Set where the engine is a container of an existing Docker: what runc does for one that it launches. */
  container?: {
    /** The disk image's file in the container's one volume, made when it isn't there. */
    diskFile: string;
    diskBytes: number;
    /** Who launched it, and may use its sockets. */
    ownerUid: number;
  };
  /** First id of the user namespace's range on disk; ids in layers are shown without it. */
  idBase: number;
}

export interface AgentStatus {
  /** Changes at every boot. */
  generation: string;
  startedAt: string;
  recipe: string;
  dockerVersion: string;
  diskBytes: number;
  diskFreeBytes: number;
  cgroupVersion: 1 | 2;
  slotsLeased: number;
}

export interface LeaseGrant {
  lease: string;
  number: number;
  cgroupParent: string;
}

/** Where one layer of an image lies in the engine's data root. */
export interface LayerPlace {
  diffId: string;
  dir: string;
}

export interface SearchRequest {
  layers: LayerPlace[];
  needle: string;
}

export interface AgentFault {
  error: string;
}
