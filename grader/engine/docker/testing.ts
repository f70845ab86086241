/**
 * A Docker as a user has one, for tests: the dockerd of the engine's own root file system, run on the host beside whatever
 * is there, in a folder of its own, without a network.
 */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';

export interface UserDocker {
  docker: Docker;
  /** `unix:///…` */
  address: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;

/**
 * @param listen further arguments for dockerd, e.g. a TCP address
 * @throws when it does not answer in time
 */
export async function startUserDocker(rootfs: string, listen: string[] = []): Promise<UserDocker> {
  const dir = await mkdtemp(join(tmpdir(), 'sc-user-docker-'));
  const socketPath = join(dir, 'docker.sock');
  const folders = ['data-root', 'exec-root'].map((name) => `--${name}=${join(dir, name)}`);
  const quiet = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--log-level=warn'];
  const log = openSync(join(dir, 'log'), 'a');
  const programs = ['usr/sbin', 'usr/bin'].map((folder) => join(rootfs, folder)).join(':');
  const child = spawn(
    join(rootfs, 'usr/sbin/dockerd'),
    [...folders, ...quiet, `--pidfile=${join(dir, 'pid')}`, `--host=unix://${socketPath}`, ...listen],
    // runc needs the host's own C library: it comes from the host's package, and so the host's programs come first.
    { stdio: ['ignore', log, log], env: { PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${programs}` } },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()).on('error', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  const docker = new Docker({ socketPath, host: undefined, port: undefined, protocol: 'http' });
  for (const deadline = Date.now() + startTimeoutMs; ; await wait(50)) {
    const answered = await docker.ping().then(
      () => true,
      () => false,
    );
    if (answered) return { docker, address: `unix://${socketPath}`, stop };
    if (Date.now() < deadline && child.exitCode === null) continue;
    const said = await readFile(join(dir, 'log'), 'utf8');
    await stop();
    throw new Error(`The Docker of the test did not start: ${said.slice(-1_000)}`);
  }
}
