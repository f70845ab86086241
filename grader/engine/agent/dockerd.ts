/** Starts, watches and ends dockerd inside the engine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { CgroupTree } from './cgroups.ts';
import { callDocker } from './docker-api.ts';
import type { AgentConfig } from './protocol.ts';

/**
 * Remote `ADD` and pulls are done by dockerd itself, which sits in the namespace from which learners' containers can be
 * reached. A proxy that nobody answers for makes all of them fail at once.
 */
const deadProxy = 'http://127.0.0.1:9';

/** dockerd joins its own cgroup before it becomes dockerd, so that nothing it starts escapes the leaf. */
const joinAndExec =
  'for d in $CGROUP_DIRS; do echo $$ > "$d/cgroup.procs" || exit 97; done; unset CGROUP_DIRS; exec "$@"';

export class Dockerd {
  readonly #config: AgentConfig;
  readonly #child: ChildProcess;
  #exited = false;

  constructor(config: AgentConfig, tree: CgroupTree, group: string) {
    this.#config = config;
    rmSync(config.paths.dockerSocket, { force: true });
    this.#child = spawn('/bin/sh', ['-c', joinAndExec, 'sh', 'dockerd', '--config-file', config.paths.daemonJson], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        HTTP_PROXY: deadProxy,
        HTTPS_PROXY: deadProxy,
        NO_PROXY: '',
        CGROUP_DIRS: tree.dirs(group).join(' '),
      },
    });
    this.#child.on('exit', () => {
      this.#exited = true;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  onExit(listener: (detail: string) => void): void {
    this.#child.on('error', (error) => listener(String(error)));
    this.#child.on('exit', (code, signal) => listener(signal ?? `status ${code}`));
  }

  /** @throws when dockerd ends or does not answer within the boot timeout. */
  async untilReady(): Promise<void> {
    const deadline = Date.now() + this.#config.daemon.bootTimeoutMs;
    for (;;) {
      if (this.#exited) throw new Error('dockerd ended while it started; its last lines are above.');
      try {
        await this.ping(1_000);
        return;
      } catch (cause) {
        if (Date.now() > deadline) throw new Error('dockerd did not answer in time.', { cause });
      }
      await wait(20);
    }
  }

  async ping(timeoutMs: number): Promise<void> {
    await callDocker(this.#config.paths.dockerSocket, { method: 'GET', path: '/_ping', timeoutMs });
  }

  /** Processor time used so far, in ms; 0 when it has ended. */
  cpuMs(): number {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // utime and stime are fields 14 and 15; the kernel reports them in 1/100 s on every Linux that Node runs on.
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return 0;
    }
  }

  /** Asks it to stop and waits; kills it when it takes longer than the stop timeout. */
  async stop(): Promise<void> {
    if (this.#exited) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#config.daemon.stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }
}
