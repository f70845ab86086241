/**
 * The inside half of the sandbox engine: one process beside dockerd that makes the slots, raises the firewall, probes
 * learners' containers, serves packages and reads layers. When it ends, for whatever reason, the whole engine ends with
 * it; the launcher outside then starts it again.
 */
import { randomUUID } from 'node:crypto';
import { chownSync, fstatSync, ftruncateSync, readFileSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { Ballast } from './ballast.ts';
import { CgroupTree } from './cgroups.ts';
import { prepareContainer } from './container.ts';
import { callDocker } from './docker-api.ts';
import { Dockerd } from './dockerd.ts';
import { createHttpsService } from './https-service.ts';
import { Layers } from './layers.ts';
import { createMirror } from './mirror.ts';
import { makeRunNetwork, prepareNetwork, raiseFirewall } from './network.ts';
import { OomLog } from './oom-log.ts';
import type { AgentConfig, AgentStatus } from './protocol.ts';
import { createAgentServer } from './server.ts';
import { Slots } from './slots.ts';
import { readConnectionsTo, Watch } from './watch.ts';

const daemonGroup = 'daemon';
/** Where containers land that name no slot; see daemon.json. */
const unslottedGroup = 'unslotted';

function die(why: string, cause?: unknown): never {
  console.error(`agent: the engine ends: ${why}`, cause ?? '');
  process.exit(70);
}

function listen(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve());
  });
}

function makeGroups(config: AgentConfig, tree: CgroupTree, oomLog: OomLog): { slots: Slots; terminals: Slots } {
  const { limits } = config.slots;
  tree.vacateRoot('agent');
  tree.create(
    daemonGroup,
    { ...limits, memoryBytes: Number.MAX_SAFE_INTEGER, pidsMax: 4096, cpus: config.daemon.cpus },
    false,
  );
  tree.create(unslottedGroup, limits, true);
  const shared = {
    tree,
    oomKills: (name: string) => oomLog.killsIn(name),
    onUnfit: (error: Error) => die(error.message, error.cause),
  };
  const slots = new Slots({ ...shared, ...config.slots });
  const terminals = new Slots({ ...shared, ...config.terminals, prefix: 'terminal' });
  for (const each of [slots, terminals]) each.prepare();
  return { slots, terminals };
}

async function statusReader(config: AgentConfig, slots: Slots, tree: CgroupTree): Promise<() => Promise<AgentStatus>> {
  const socket = config.paths.dockerSocket;
  const version = (await callDocker(socket, { method: 'GET', path: '/version', timeoutMs: 10_000 })) as {
    Version: string;
  };
  const fixed = {
    generation: randomUUID(),
    startedAt: new Date().toISOString(),
    recipe: config.recipe,
    dockerVersion: version.Version,
    cgroupVersion: tree.version,
  };
  return async () => {
    const disk = await statfs(config.paths.dataRoot);
    return {
      ...fixed,
      diskBytes: disk.blocks * disk.bsize,
      diskFreeBytes: disk.bavail * disk.bsize,
      slotsLeased: slots.leased,
    };
  };
}

/** Containers of an earlier boot belong to runs that were lost with it. */
async function removeOldContainers(config: AgentConfig): Promise<void> {
  const socket = config.paths.dockerSocket;
  const list = { method: 'GET', path: '/containers/json?all=1', timeoutMs: 20_000 } as const;
  for (const { Id } of (await callDocker(socket, list)) as { Id: string }[]) {
    await callDocker(socket, { method: 'DELETE', path: `/containers/${Id}?force=1&v=1`, timeoutMs: 20_000 });
  }
}

/** Ends an engine that all its users left without a word, as killed processes do. */
function endWhenIdle(idleStopMs: number, end: () => void): (users: number) => void {
  let timer = setTimeout(end, idleStopMs);
  return (users) => {
    clearTimeout(timer);
    if (users === 0) timer = setTimeout(end, idleStopMs);
  };
}

/** Standard output is the engine's log file outside. */
function keepLogSmall(logBytesMax: number): void {
  try {
    if (fstatSync(1).size > logBytesMax) ftruncateSync(1);
  } catch {
    // Not a file: nothing to keep small.
  }
}

async function boot(config: AgentConfig): Promise<void> {
  const { network, paths, watch } = config;
  prepareContainer(config);
  const tree = new CgroupTree(paths.cgroups);
  // A container's host name is the beginning of its id, which Docker names its group by.
  const { slots, terminals } = makeGroups(config, tree, new OomLog(config.container ? hostname() : config.instance));
  prepareNetwork();
  const ballast = new Ballast(paths.dataRoot);
  ballast.dropIfFull();
  const dockerd = new Dockerd(config, tree, daemonGroup);
  let stopping = false;
  dockerd.onExit((detail) => {
    if (!stopping) die(`dockerd ended (${detail})`);
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    await dockerd.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  await dockerd.untilReady();
  ballast.restore();
  await removeOldContainers(config);
  await makeRunNetwork(config);
  raiseFirewall(network);
  await listen(createMirror(paths.mirrorRoot, config.registryKey), {
    host: network.buildGateway,
    port: network.mirrorPort,
  });
  const https = createHttpsService({ cert: paths.httpsCert, key: paths.httpsKey });
  await listen(https, { host: network.runGateway, port: network.httpsPort });
  const layers = new Layers({
    dataRoot: paths.dataRoot,
    indexDir: paths.layerIndex,
    idBase: config.idBase,
    ...config.layers,
  });
  new Watch({
    ...watch,
    cpuMs: () => dockerd.cpuMs(),
    ping: (timeoutMs) => dockerd.ping(timeoutMs),
    housekeep: () => keepLogSmall(watch.logBytesMax),
    inUse: () => slots.inUse || terminals.inUse || readConnectionsTo(paths.dockerSocket) > 0,
    onUnfit: (why) => die(why),
  }).start();
  const status = await statusReader(config, slots, tree);
  rmSync(paths.agentSocket, { force: true });
  await listen(
    createAgentServer({
      config,
      slots,
      terminals,
      layers,
      ballast,
      status,
      onUsers: endWhenIdle(watch.idleStopMs, stop),
    }),
    {
      path: paths.agentSocket,
    },
  );
  // The user who may command the engine is not always root.
  if (config.container)
    for (const path of [paths.dockerSocket, paths.agentSocket]) chownSync(path, config.container.ownerUid, -1);
}

process.on('unhandledRejection', (error) => die('an error nobody expected', error));
const config = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as AgentConfig;
boot(config).catch((error: unknown) => die('it could not start', error));
