/**
 * The engine's network: the run network and a firewall that leaves learners' code exactly two doors, the package mirror
 * (from builds) and the course's HTTPS service (from runs).
 *
 * Everything else is rejected rather than dropped: isolation is the same, and a build that tries the internet fails at
 * once instead of hanging until a timeout.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { callDocker } from './docker-api.ts';
import type { AgentConfig, AgentNetwork } from './protocol.ts';

export const buildBridge = 'docker0';

/** Rules in `iptables-restore` form. DOCKER-USER is dockerd's own hook, first in FORWARD. */
export function firewallRules(network: AgentNetwork): string {
  return [
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    ':DOCKER-USER - [0:0]',
    '-F INPUT',
    '-F DOCKER-USER',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-A INPUT -i ${buildBridge} -d ${network.buildGateway}/32 -p tcp --dport ${network.mirrorPort} -j ACCEPT`,
    `-A INPUT -i ${network.runBridge} -d ${network.runGateway}/32 -p tcp --dport ${network.httpsPort} -j ACCEPT`,
    '-A INPUT -p tcp -j REJECT --reject-with tcp-reset',
    '-A INPUT -j REJECT --reject-with icmp-port-unreachable',
    '-A DOCKER-USER -p tcp -j REJECT --reject-with tcp-reset',
    '-A DOCKER-USER -j REJECT --reject-with icmp-port-unreachable',
    'COMMIT',
    '',
  ].join('\n');
}

/** Nothing speaks IPv6 here, so nothing may pass. */
const firewallRulesV6 = [
  '*filter',
  ':INPUT DROP [0:0]',
  ':FORWARD DROP [0:0]',
  ':OUTPUT DROP [0:0]',
  '-F',
  'COMMIT',
  '',
].join('\n');

/** Older kernels know only the older kind of iptables: its commands are then put first in the search path. */
function chooseIptables(): void {
  try {
    execFileSync('iptables', ['-S'], { stdio: 'ignore' });
  } catch {
    const dir = '/run/stagecraft/iptables-legacy';
    mkdirSync(dir, { recursive: true });
    for (const name of [
      'iptables',
      'iptables-save',
      'iptables-restore',
      'ip6tables',
      'ip6tables-save',
      'ip6tables-restore',
    ]) {
      symlinkSync(`/usr/sbin/${name.replace('tables', 'tables-legacy')}`, `${dir}/${name}`);
    }
    process.env.PATH = `${dir}:${process.env.PATH}`;
  }
}

/** Before dockerd: loopback up, and no IPv6 on any interface that will appear. */
export function prepareNetwork(): void {
  chooseIptables();
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const scope of ['all', 'default']) {
    try {
      writeFileSync(`/proc/sys/net/ipv6/conf/${scope}/disable_ipv6`, '1');
    } catch {
      // A kernel without IPv6 has no such file.
    }
  }
}

/**
 * Makes an attempt to reach the internet fail at once. There is no route to it, and the kernel tells so only about once
 * a second; so packets from the bridges are routed into the firewall, which rejects each of them.
 */
function rejectAtOnce(network: AgentNetwork): void {
  try {
    writeFileSync('/proc/sys/net/ipv4/icmp_ratelimit', '0');
    execFileSync('ip', ['route', 'add', 'default', 'dev', 'lo', 'table', '100'], { stdio: 'ignore' });
    for (const bridge of [buildBridge, network.runBridge]) {
      execFileSync('ip', ['rule', 'add', 'iif', bridge, 'priority', '40000', 'lookup', '100'], { stdio: 'ignore' });
    }
  } catch {
    // A kernel without policy routing isolates as well; only the failing takes longer.
  }
}

/** After dockerd made its bridges. @throws when the rules can't be loaded or bridged traffic would bypass them. */
export function raiseFirewall(network: AgentNetwork): void {
  execFileSync('iptables-restore', ['--noflush'], {
    input: firewallRules(network),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  try {
    execFileSync('ip6tables-restore', [], { input: firewallRulesV6, stdio: ['pipe', 'ignore', 'ignore'] });
  } catch {
    if (ipv6Possible()) throw new Error('IPv6 is on in the engine and its firewall could not be loaded.');
  }
  rejectAtOnce(network);
  const bridged = readFileSync('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').trim();
  if (bridged !== '1')
    throw new Error('Traffic within a bridge would bypass the firewall (bridge-nf-call-iptables is off).');
}

function ipv6Possible(): boolean {
  try {
    return readFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'utf8').trim() !== '1';
  } catch {
    return false;
  }
}

/** Makes the network learners' containers run on; one left from an earlier boot is made anew. */
export async function makeRunNetwork(config: AgentConfig): Promise<void> {
  const { network, paths } = config;
  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    callDocker(paths.dockerSocket, { method, path, body, timeoutMs: 20_000 });
  const existing = (await call('GET', '/networks')) as { Name: string; Id: string }[];
  for (const found of existing.filter((one) => one.Name === network.runNetworkName)) {
    await call('DELETE', `/networks/${found.Id}`);
  }
  await call('POST', '/networks/create', {
    Name: network.runNetworkName,
    Driver: 'bridge',
    Internal: true,
    IPAM: { Config: [{ Subnet: network.runCidr, Gateway: network.runGateway }] },
    Options: {
      'com.docker.network.bridge.name': network.runBridge,
      'com.docker.network.bridge.enable_icc': 'false',
    },
  });
}
