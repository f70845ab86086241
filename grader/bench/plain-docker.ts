/** What a person would do by hand on the same engine: `docker buildx build`, `docker run`, `curl`. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from '../engine/engine.ts';
import { rootfsDir } from '../engine/host/rootfs.ts';
import type { RunSettings } from '../evidence/need.ts';

const exec = promisify(execFile);

export class PlainDocker {
  readonly #engine: Engine;
  readonly #docker: string;
  readonly #enginePid: number;

  constructor(engine: Engine, { enginePid, cacheDir }: { enginePid: number; cacheDir: string }) {
    this.#engine = engine;
    // Debian's docker-cli, from the root file system that dockerd runs from.
    this.#docker = join(rootfsDir(cacheDir), 'usr/bin/docker');
    this.#enginePid = enginePid;
  }

  /** Time from the command to the first answer of the container, in milliseconds. */
  async buildRunCurl(contextDir: string, run: RunSettings): Promise<number> {
    const { env } = this.#engine.buildx;
    const iidFile = `${contextDir}.iid`;
    const started = performance.now();
    await exec(this.#engine.buildx.command, ['build', '--iidfile', iidFile, contextDir], { env });
    const image = (await readFile(iidFile, 'utf8')).trim();
    const { runNetworkName, runGateway } = this.#engine.network;
    const hosts = run.hosts.map((host) => `--add-host=${host}:${runGateway}`);
    const variables = Object.entries(run.env).map(([key, value]) => `--env=${key}=${value}`);
    const id = await this.#cli('run', '--detach', `--network=${runNetworkName}`, ...hosts, ...variables, image);
    const ip = await this.#cli(
      'inspect',
      '--format',
      `{{(index .NetworkSettings.Networks "${runNetworkName}").IPAddress}}`,
      id,
    );
    const url = `http://${ip}:${run.port}${run.readyPath}`;
    const curl = [
      'curl',
      '--silent',
      '--output',
      '/dev/null',
      '--retry',
      '200',
      '--retry-delay',
      '0',
      '--retry-connrefused',
      url,
    ];
    // Containers publish no port: the engine's network namespace is where they answer.
    await exec('nsenter', ['--target', String(this.#enginePid), '--net', ...curl]);
    const tookMs = performance.now() - started;
    await this.#cli('rm', '--force', '--volumes', id);
    await this.#cli('rmi', '--force', image);
    return tookMs;
  }

  /** Forgets every cached vertex; base images stay. */
  async forgetCache(): Promise<void> {
    await this.#cli('builder', 'prune', '--all', '--force');
  }

  async #cli(...args: string[]): Promise<string> {
    return (await exec(this.#docker, args, { env: this.#engine.buildx.env })).stdout.trim();
  }
}
