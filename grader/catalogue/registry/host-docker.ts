/**
 * How this machine's Docker reaches registries, told to another client: credentials, helpers, mirrors, plain-HTTP
 * registries. Certificates of `/etc/docker/certs.d`, the system's bundle and proxy variables need no telling: the client
 * looks at the first two itself and inherits the last.
 */
import { lookup } from 'node:dns/promises';
import { access, readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { StagecraftError } from '../../errors.ts';

export interface HostDocker {
  /** `config.json`, when there is one. */
  authFile: string | undefined;
  /** A registries.conf, version 2. */
  registriesConf: string;
  /** Proxy variables that dockerd has of its own configuration, by their usual names. */
  proxies: Record<string, string>;
}

const configSchema = z.looseObject({ credsStore: z.string().optional() });
const daemonSchema = z.looseObject({
  'registry-mirrors': z.array(z.string()).default([]),
  'insecure-registries': z.array(z.string()).default([]),
  proxies: z
    .looseObject({
      'http-proxy': z.string().optional(),
      'https-proxy': z.string().optional(),
      'no-proxy': z.string().optional(),
    })
    .default({}),
});

/**
 * @param hosts the registries that will be asked
 * @throws StagecraftError `bad_input` naming a configuration file that is not what Docker would accept
 */
export async function readHostDocker(
  folders: { dockerConfigDir: string; dockerEtcDir: string },
  hosts: string[],
): Promise<HostDocker> {
  const authFile = join(folders.dockerConfigDir, 'config.json');
  const config = await readJson(authFile, configSchema);
  const daemon = (await readJson(join(folders.dockerEtcDir, 'daemon.json'), daemonSchema)) ?? daemonSchema.parse({});
  const mirrors = daemon['registry-mirrors'].map((address) => mirrorOf(address, folders.dockerEtcDir));
  const known = [...new Set([...hosts, ...mirrors.map((mirror) => mirror.location.split('/')[0] as string)])];
  const isInsecure = await insecurity(daemon['insecure-registries'], known);
  const { proxies } = daemon;
  return {
    authFile: config === undefined ? undefined : authFile,
    registriesConf: registriesConf({ hosts: known, mirrors, isInsecure, credentialStore: config?.credsStore }),
    proxies: Object.fromEntries(
      [
        ['HTTP_PROXY', proxies['http-proxy']],
        ['HTTPS_PROXY', proxies['https-proxy']],
        ['NO_PROXY', proxies['no-proxy']],
      ].filter((pair): pair is [string, string] => Boolean(pair[1])),
    ),
  };
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  try {
    const text = await readFile(file, 'utf8');
    return schema.parse(text.trim() === '' ? {} : JSON.parse(text));
  } catch (cause) {
    throw new StagecraftError(
      'bad_input',
      `${file} could not be read as Docker's configuration, so no base image is pulled. Mend it: Docker would refuse it too.`,
      { cause },
    );
  }
}

interface Mirror {
  location: string;
  insecure: boolean;
}

function mirrorOf(address: string, etcDir: string): Mirror {
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new StagecraftError(
      'bad_input',
      `The registry mirror ${JSON.stringify(address)} in ${join(etcDir, 'daemon.json')} is no http or https address. Correct it there.`,
    );
  }
  const url = new URL(address);
  return { location: `${url.host}${url.pathname}`.replace(/\/+$/, ''), insecure: url.protocol === 'http:' };
}

/** Docker's rule: names as they stand, address ranges by what a name resolves to, and loopback always. */
async function insecurity(listed: string[], hosts: string[]): Promise<(host: string) => boolean> {
  const names = new Set(listed);
  const ranges = new BlockList();
  ranges.addSubnet('127.0.0.0', 8, 'ipv4');
  ranges.addAddress('::1', 'ipv6');
  for (const one of listed) {
    const [address = '', bits = ''] = one.split('/');
    const family = isIP(address);
    if (family !== 0 && /^\d+$/.test(bits)) ranges.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  const hasRanges = listed.some((one) => one.includes('/'));
  const insecure = new Set<string>();
  for (const host of hosts) {
    const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    const resolve = isIP(name) !== 0 || hasRanges || name === 'localhost';
    const addresses = resolve ? await lookup(name, { all: true }).catch(() => []) : [];
    const inRange = addresses.some(({ address, family }) => ranges.check(address, family === 4 ? 'ipv4' : 'ipv6'));
    if (names.has(host) || names.has(name) || inRange) insecure.add(host);
  }
  return (host) => insecure.has(host);
}

function registriesConf(parts: {
  hosts: string[];
  mirrors: Mirror[];
  isInsecure: (host: string) => boolean;
  credentialStore: string | undefined;
}): string {
  const { hosts, mirrors, isInsecure, credentialStore } = parts;
  const text = (value: string): string => JSON.stringify(value);
  const helpers = ['containers-auth.json', ...(credentialStore ? [credentialStore] : [])];
  const lines = [`credential-helpers = [${helpers.map(text).join(', ')}]`];
  const registry = (host: string): string[] => [
    '[[registry]]',
    `location = ${text(host)}`,
    `insecure = ${isInsecure(host)}`,
  ];
  for (const host of hosts.filter((each) => each !== 'docker.io')) lines.push(...registry(host));
  // Docker asks its mirrors for Docker Hub's images only.
  lines.push(...registry('docker.io'));
  for (const { location, insecure } of mirrors) {
    const plain = insecure || isInsecure(location.split('/')[0] as string);
    lines.push('[[registry.mirror]]', `location = ${text(location)}`, `insecure = ${plain}`);
  }
  return `${lines.join('\n')}\n`;
}
