/** The user's own Docker, found the way the `docker` command finds it: DOCKER_HOST, then the current context. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { StagecraftError } from '../../errors.ts';
import type { Settings } from '../../settings.ts';

export type DockerSettings = Pick<Settings, 'dockerHost' | 'dockerContext' | 'dockerConfigDir'>;

const defaultAddress = 'unix:///var/run/docker.sock';

/** `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…` */
export function dockerAddress({ dockerHost, dockerContext, dockerConfigDir }: DockerSettings): string {
  if (dockerHost !== undefined) return dockerHost;
  const context = dockerContext ?? currentContext(dockerConfigDir);
  if (context === undefined || context === 'default') return defaultAddress;
  const folder = createHash('sha256').update(context).digest('hex');
  const meta = readJson(join(dockerConfigDir, 'contexts', 'meta', folder, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  return meta?.Endpoints?.docker?.Host ?? defaultAddress;
}

function currentContext(configDir: string): string | undefined {
  const config = readJson(join(configDir, 'config.json')) as { currentContext?: string } | undefined;
  return config?.currentContext || undefined;
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
      `Docker is at ${address}; Stagecraft needs one on this machine, at a unix:// address, to share folders with it. Set DOCKER_HOST, or choose another engine with STAGECRAFT_ENGINE.`,
    );
  }
  return new Docker({ socketPath, host: undefined, port: undefined, protocol: 'http', ...options });
}
