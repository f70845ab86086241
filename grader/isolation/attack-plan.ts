/** What one going of the attack program is given: its targets and amounts, as environment. */
import type { Engine } from '../engine/engine.ts';
import {
  cgroupAttempts,
  kernelAttempts,
  metadataTarget,
  publicName,
  publicResolver,
  publicTargets,
  writeControl,
} from './attempts.ts';
import type { Allowance } from './observed.ts';

export interface Plan {
  /** Before each line that the program says. */
  mark: string;
  network: Engine['network'];
  allowed: Allowance;
  /** Servers of ours on this machine's addresses, `192.0.2.7:40123`. */
  bait: string[];
  /** `name=address:port`, beside the targets that every going tries. */
  connect?: Record<string, string>;
  resolve?: Record<string, string>;
  /** Paths and how many MiB to write there. */
  files?: Record<string, number>;
  folders?: string[];
  secret?: string;
  /** Serve on this port when all is tried. */
  serve?: number;
}

const mib = 1024 ** 2;
/** Past a limit by this much, so that rounding does not decide. */
const memoryBeyond = 1.1;
const processesBeyond = 32;

/** Ports of the engine's own addresses that nobody may reach: SSH, the daemon's API with and without TLS. */
const enginePorts = [22, 2375, 2376];

export function environmentOf(plan: Plan): Record<string, string> {
  const { buildGateway, mirrorPort, runGateway, httpsPort } = plan.network;
  const engine = [buildGateway, runGateway, '127.0.0.1'].flatMap((host) =>
    enginePorts.map((port) => `${host}:${port}`),
  );
  const connect = {
    ...publicTargets,
    metadata: metadataTarget,
    ...numbered('machine', plan.bait),
    ...numbered('engine', engine),
    mirror: `${buildGateway}:${mirrorPort}`,
    service: `${runGateway}:${httpsPort}`,
    ...plan.connect,
  };
  const resolve = { given: publicName, public: `${publicName}@${publicResolver}`, ...plan.resolve };
  return {
    MARK: plan.mark,
    CONNECT: words(connect),
    RESOLVE: words(resolve),
    FILES: words(plan.files ?? {}),
    FOLDERS: (plan.folders ?? []).join(' '),
    SECRET: plan.secret ?? plan.mark,
    MEMORY_MIB: String(Math.ceil((plan.allowed.memoryBytes * memoryBeyond) / mib)),
    PROCESSES: String(plan.allowed.pids + processesBeyond),
    LOOPS: String(plan.allowed.cpus + 2),
    SERVE: plan.serve === undefined ? '' : String(plan.serve),
  };
}

/** The attack program's file `writes`. */
export function writesFile(): string {
  return [writeControl, ...kernelAttempts, ...cgroupAttempts]
    .map(({ name, command }) => `${name}\t${command}\n`)
    .join('');
}

function numbered(name: string, targets: string[]): Record<string, string> {
  return Object.fromEntries(targets.map((target, index) => [`${name}-${index + 1}`, target]));
}

function words(pairs: Record<string, string | number>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
