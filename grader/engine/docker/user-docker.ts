/** The user's own Docker, found the way the `docker` command finds it: DOCKER_HOST, then the current context. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { StagecraftError } from '../../errors.ts';
import type { Settings } from '../../settings.ts';

export type DockerSettings = Pick<
  Settings,
  'dockerHost' | 'dockerContext' | 'dockerConfigDir' | 'dockerCertDir' | 'dockerTlsVerify' | 'sshAuthSocket'
>;

const defaultAddress = 'unix:///var/run/docker.sock';

/** `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…` */
export function dockerAddress({
  dockerHost,
  dockerContext,
  dockerConfigDir,
}: Pick<DockerSettings, 'dockerHost' | 'dockerContext' | 'dockerConfigDir'>): string {
  if (dockerHost !== undefined) return dockerHost;
  const folder = contextFolder({ dockerContext, dockerConfigDir });
  if (folder === undefined) return defaultAddress;
  const meta = readJson(join(dockerConfigDir, 'contexts', 'meta', folder, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  return meta?.Endpoints?.docker?.Host ?? defaultAddress;
}

/** The name under which the `docker` command keeps what it knows of the current context. */
function contextFolder({
  dockerContext,
  dockerConfigDir,
}: Pick<DockerSettings, 'dockerContext' | 'dockerConfigDir'>): string | undefined {
  const config = readJson(join(dockerConfigDir, 'config.json')) as { currentContext?: string } | undefined;
  const context = dockerContext ?? config?.currentContext;
  if (!context || context === 'default') return undefined;
  return createHash('sha256').update(context).digest('hex');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param options `timeout` in ms of silence, for questions only: a build or a container that ends late is silent too
 * @throws StagecraftError `host_lacks` for a Docker on another machine, which can't mount this one's folders
 */
export function openUserDocker(settings: DockerSettings, options: { timeout?: number } = {}): Docker {
  const address = dockerAddress(settings);
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(address) ?? [];
  if (socketPath === undefined) {
    throw new StagecraftError(
      'host_lacks',
      `Docker is at ${address}; Stagecraft needs one on this machine, at a unix:// address, to share folders with it. Set STAGECRAFT_ENGINE=external to use that one all the same, or set DOCKER_HOST.`,
    );
  }
  return new Docker({ socketPath, host: undefined, port: undefined, protocol: 'http', ...options });
}

/**
 * A Docker that may be anywhere, at a unix://, tcp:// or ssh:// address; over TLS with the certificates that the `docker`
 * command would use.
 * @throws StagecraftError `host_lacks` for an address of another kind
 */
export function openNamedDocker(settings: DockerSettings, options: { timeout?: number } = {}): Docker {
  const address = dockerAddress(settings);
  if (address.startsWith('unix://')) return openUserDocker(settings, options);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const host = url?.hostname;
  if (url?.protocol === 'ssh:' && host) {
    const port = Number(url.port || 22);
    const sshAuthAgent = settings.sshAuthSocket;
    return new Docker({ protocol: 'ssh', host, port, username: url.username, sshAuthAgent, ...options } as object);
  }
  if ((url?.protocol === 'tcp:' || url?.protocol === 'https:' || url?.protocol === 'http:') && host) {
    const tls = readTls(settings);
    const port = Number(url.port || (tls ? 2376 : 2375));
    return new Docker({ protocol: tls ? 'https' : 'http', host, port, ...tls, ...options });
  }
  throw new StagecraftError(
    'host_lacks',
    `Docker is at ${address}, which is not an address that Stagecraft can use: expected unix://…, tcp://host:port or ssh://user@host. Correct DOCKER_HOST or the context.`,
  );
}

/** `ca.pem`, `cert.pem` and `key.pem`, from DOCKER_CERT_PATH or from where `docker context create` put them. */
function readTls(settings: DockerSettings): { ca?: Buffer; cert?: Buffer; key?: Buffer } | undefined {
  const { dockerHost, dockerCertDir, dockerTlsVerify, dockerConfigDir } = settings;
  const context = dockerHost === undefined ? contextFolder(settings) : undefined;
  const folder = context
    ? join(dockerConfigDir, 'contexts', 'tls', context, 'docker')
    : dockerTlsVerify
      ? (dockerCertDir ?? dockerConfigDir)
      : dockerCertDir;
  if (folder === undefined) return undefined;
  const read = (name: string) => {
    try {
      return { [name]: readFileSync(join(folder, `${name}.pem`)) };
    } catch {
      return {};
    }
  };
  const found = { ...read('ca'), ...read('cert'), ...read('key') };
  if (Object.keys(found).length > 0) return found;
  if (!dockerTlsVerify || context) return undefined;
  throw new StagecraftError(
    'host_lacks',
    `DOCKER_TLS_VERIFY is set, and there are no ca.pem, cert.pem and key.pem in ${folder}. Set DOCKER_CERT_PATH to the folder that has them.`,
  );
}
