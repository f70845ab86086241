/**
 * Where one installation's engine keeps its things, and the names it uses on the machine. Every name carries the
 * instance, a hash of the home folder, so that two installations can run side by side.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { StagecraftError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { AgentNetwork } from './agent/protocol.ts';

export interface Instance {
  /** `stagecraft-1a2b3c4d`: the container, the cgroup, the locks. */
  name: string;
  homeDir: string;
  cacheDir: string;
  /** Everything below is this engine's: `<homeDir>/engine`. */
  dir: string;
  /** Shared with the engine: the sockets. */
  runDir: string;
  dockerSocket: string;
  agentSocket: string;
  /** Read by the engine: daemon.json, the agent's configuration, the HTTPS service's certificate. */
  confDir: string;
  diskFile: string;
  stateFile: string;
  usersDir: string;
  logDir: string;
  /** runc's own state. */
  runcDir: string;
  bundleDir: string;
  buildxDir: string;
  mirrorDir: string;
  layerIndexDir: string;
}

/** A unix socket's path has room for 107 bytes. */
const socketPathBytesMax = 107;

/** @throws StagecraftError `bad_input` when the home folder's path is too long for a socket in it */
export function instanceFor(settings: Pick<Settings, 'homeDir' | 'cacheDir'>): Instance {
  const { homeDir, cacheDir } = settings;
  const name = `stagecraft-${createHash('sha256').update(homeDir).digest('hex').slice(0, 8)}`;
  const dir = join(homeDir, 'engine');
  const runDir = join(dir, 'run');
  const dockerSocket = join(runDir, 'docker.sock');
  if (Buffer.byteLength(dockerSocket) > socketPathBytesMax) {
    throw new StagecraftError(
      'bad_input',
      `STAGECRAFT_HOME is ${homeDir}, and ${dockerSocket} is longer than the ${socketPathBytesMax} bytes that a socket's path may have. Choose a shorter folder.`,
    );
  }
  return {
    name,
    homeDir,
    cacheDir,
    dir,
    runDir,
    dockerSocket,
    agentSocket: join(runDir, 'agent.sock'),
    confDir: join(dir, 'conf'),
    diskFile: join(dir, 'disk.ext4'),
    stateFile: join(dir, 'state.json'),
    usersDir: join(dir, 'users'),
    logDir: join(dir, 'log'),
    runcDir: join(dir, 'runc'),
    bundleDir: join(dir, 'bundle'),
    buildxDir: join(dir, 'buildx'),
    mirrorDir: join(cacheDir, 'packages'),
    layerIndexDir: join(cacheDir, 'layer-index'),
  };
}

/** Addresses inside the engine's own network namespace; every engine may use the same ones. */
export const engineNetwork: AgentNetwork = {
  buildGateway: '10.213.0.1',
  buildCidr: '10.213.0.0/24',
  runNetworkName: 'runs',
  runBridge: 'runs0',
  runGateway: '10.213.1.1',
  runCidr: '10.213.1.0/24',
  mirrorPort: 4873,
  httpsPort: 443,
};
