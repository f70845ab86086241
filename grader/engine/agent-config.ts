/** What the launchers write down for the engine to read: the agent's configuration, daemon.json, the certificate. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInstallationKey, registryKeyOf } from '../evidence/canary.ts';
import { limits } from '../limits.ts';
import type { AgentConfig } from './agent/protocol.ts';
import { engineNetwork, type Instance } from './instance.ts';
import { issueServerCertificate } from './sandbox-ca.ts';
import type { EngineSizes } from './sizes.ts';

/** Paths inside the engine. `/run` is a tmpfs, so mount points can be made there though the root is read-only. */
export const inside = {
  sockets: '/run/stagecraft/sockets',
  conf: '/run/stagecraft/conf',
  agent: '/run/stagecraft/grader/agent',
  /** Tells Node that the agent's files are modules. */
  packageJson: '/run/stagecraft/grader/package.json',
  node: '/run/stagecraft/node',
  mirror: '/run/stagecraft/packages',
  layerIndex: '/run/stagecraft/layer-index',
  dataRoot: '/var/lib/docker',
  /** In the engine's volume, where it is a container. */
  diskFile: '/var/lib/stagecraft/disk.ext4',
} as const;

/** The user whose ids learners' root is mapped to, and the first of them. */
export const remapUser = 'engine';
export const remapBase = 100_000;

export interface AgentConfigOptions {
  sizes: EngineSizes;
  recipe: string;
  /** When the engine is a container of an existing Docker, which can't mount everything that runc can. */
  container?: AgentConfig['container'];
}

function agentConfig(
  instance: Instance,
  { sizes, recipe, container, registryKey }: AgentConfigOptions & { registryKey: string },
): AgentConfig {
  return {
    instance: instance.name,
    recipe,
    network: engineNetwork,
    registryKey,
    slots: { count: sizes.slotCount, limits: sizes.slot },
    terminals: { count: sizes.terminalCount, limits: sizes.terminal },
    daemon: {
      cpus: sizes.daemonCpus,
      bootTimeoutMs: limits.engine.bootTimeoutMs,
      stopTimeoutMs: limits.engine.stopTimeoutMs - 3_000,
    },
    watch: {
      intervalMs: limits.engine.watchdogIntervalMs,
      spinMs: limits.engine.watchdogSpinMs,
      pingTimeoutMs: 10_000,
      idleStopMs: limits.engine.idleStopMs,
      logBytesMax: limits.engine.logBytesMax,
    },
    probe: { responseBytesMax: limits.run.responseBytesMax },
    layers: {
      entriesMax: limits.evidence.filesPerLayerMax,
      namesBytesMax: limits.evidence.namesPerLayerBytesMax,
      answerBytesMax: limits.evidence.layersBytesMax,
      timeoutMs: limits.evidence.phaseTimeoutMs,
    },
    paths: {
      dockerSocket: `${inside.sockets}/docker.sock`,
      agentSocket: `${inside.sockets}/agent.sock`,
      dataRoot: inside.dataRoot,
      daemonJson: `${inside.conf}/daemon.json`,
      mirrorRoot: inside.mirror,
      // A folder of the user's would end up with files that only root can remove.
      layerIndex: container ? `${inside.dataRoot}/stagecraft-layer-index` : inside.layerIndex,
      httpsCert: `${inside.conf}/https.pem`,
      httpsKey: `${inside.conf}/https-key.pem`,
      cgroups: '/sys/fs/cgroup',
    },
    idBase: remapBase,
    ...(container && { container }),
  };
}

/** Makes the installation's folders and writes what the engine reads when it boots. */
export async function writeAgentConfig(instance: Instance, options: AgentConfigOptions): Promise<void> {
  await makeFolders(instance);
  const registryKey = registryKeyOf(await readInstallationKey(instance.homeDir));
  const config = agentConfig(instance, { ...options, registryKey });
  const { certPem, keyPem } = await issueServerCertificate(instance.cacheDir, engineNetwork.runGateway);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(instance.confDir, name), text, { mode: 0o600 });
  await write('agent.json', JSON.stringify(config, null, 2));
  await write('daemon.json', JSON.stringify(daemonJson(config), null, 2));
  await write('https.pem', certPem);
  await write('https-key.pem', keyPem);
}

async function makeFolders(instance: Instance): Promise<void> {
  const { runDir, confDir, logDir, buildxDir, mirrorDir, layerIndexDir } = instance;
  // The socket is root's command over the engine: nobody else may reach it.
  await mkdir(instance.dir, { recursive: true, mode: 0o700 });
  for (const dir of [runDir, confDir, logDir, buildxDir, mirrorDir, layerIndexDir]) {
    await mkdir(dir, { recursive: true });
  }
}

/** dockerd's configuration. */
export function daemonJson(config: AgentConfig): object {
  const { network, paths } = config;
  return {
    hosts: [`unix://${paths.dockerSocket}`],
    // Without it the socket gets the number of the engine's own docker group, which is some other group out here.
    group: 'root',
    'data-root': paths.dataRoot,
    'storage-driver': 'overlay2',
    // The other image store reports layers and sizes differently.
    features: { 'containerd-snapshotter': false },
    'userns-remap': remapUser,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    // A container that names no slot is limited all the same.
    'cgroup-parent': '/unslotted',
    bip: `${network.buildGateway}/24`,
    dns: [network.buildGateway],
    'ip-masq': false,
    icc: false,
    ipv6: false,
    'userland-proxy': false,
    'log-driver': 'local',
    // With one file, compression must be off or every container fails to start.
    'log-opts': { 'max-size': '1m', 'max-file': '1', compress: 'false' },
    'log-level': 'warn',
    'no-new-privileges': true,
    // The grader prunes by record count (`tidy`); dockerd's own collector is the second line.
    builder: { gc: { enabled: true, defaultKeepStorage: '20GB' } },
    'shutdown-timeout': 3,
  };
}
