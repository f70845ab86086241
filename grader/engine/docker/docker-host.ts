/** The sandbox engine as a container of a Docker that is there already, which sees nothing of learners but this container. */
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { StagecraftError, sentenceFor } from '../../errors.ts';
import { readableLog } from '../../evidence/container-log.ts';
import { limits } from '../../limits.ts';
import { readAgentStatus } from '../agent-client.ts';
import { inside, writeAgentConfig } from '../agent-config.ts';
import { engineRecipe } from '../agent-parts.ts';
import type { Alive, EngineHost, EngineSockets, Prepared, PrepareOptions } from '../engine-host.ts';
import { run } from '../host/processes.ts';
import type { Instance } from '../instance.ts';
import { type EngineSizes, engineSizes } from '../sizes.ts';
import { engineContainer, volumeName } from './container-spec.ts';
import { engineImage, ensureEngineImage, installationLabel, ownLabel } from './engine-image.ts';
import { type DockerFacts, lacksOf, readDockerFacts } from './requirements.ts';
import { type DockerSettings, openUserDocker } from './user-docker.ts';

const answerTimeoutMs = 5_000;

export class DockerHost implements EngineHost {
  readonly kind: EngineHost['kind'] = 'docker';
  protected readonly instance: Instance;
  protected readonly settings: DockerSettings;
  #opened: Docker | undefined;

  constructor(instance: Instance, settings: DockerSettings) {
    this.instance = instance;
    this.settings = settings;
  }

  /** The user's. */
  protected get docker(): Docker {
    this.#opened ??= this.open();
    return this.#opened;
  }

  /** @param options see `openUserDocker` */
  protected open(options?: { timeout: number }): Docker {
    return openUserDocker(this.settings, options);
  }

  protected lacks(facts: DockerFacts): string[] {
    return lacksOf(facts);
  }

  protected container(parts: { sizes: EngineSizes; recipe: string }): ContainerCreateOptions {
    return engineContainer(this.instance, parts);
  }

  /** Gives a container that was made and not started yet what it can't get by its mounts. */
  protected async supply(_made: Container): Promise<void> {}

  async sockets(): Promise<EngineSockets> {
    const { dockerSocket, agentSocket } = this.instance;
    return { dockerSocket, agentSocket };
  }

  async missing(): Promise<string[]> {
    try {
      return this.lacks(await readDockerFacts(this.open({ timeout: answerTimeoutMs })));
    } catch (error) {
      return [sentenceFor(error)];
    }
  }

  async prepare(options: PrepareOptions): Promise<Prepared> {
    const { cacheDir } = this.instance;
    await ensureEngineImage(this.docker, { ...options, cacheDir });
    const outside = { docker: this.docker, image: engineImage, labels: this.#labels() };
    return { root: engineImage, buildxCommand: await this.#takeOutBuildx(), outside };
  }

  recipe(): string {
    return engineRecipe(join(import.meta.dirname, 'container-spec.ts'));
  }

  async alive(): Promise<Alive | undefined> {
    const found = await this.#container();
    if (!found?.State.Running) return undefined;
    const { agentSocket } = await this.sockets();
    const agent = await readAgentStatus(agentSocket, answerTimeoutMs).catch(() => undefined);
    const recipe = found.Config.Labels[ownLabel] ?? '';
    return agent && { pid: found.State.Pid, startedAt: agent.startedAt, recipe, agent };
  }

  async boot(_prepared: Prepared, signal?: AbortSignal): Promise<void> {
    const instance = this.instance;
    try {
      const info = (await this.docker.info()) as { MemTotal: number; NCPU: number; DockerRootDir: string };
      const disk = await statfs(info.DockerRootDir).catch(() => undefined);
      const diskFreeBytes = disk ? disk.bavail * disk.bsize : Number.MAX_SAFE_INTEGER;
      const sizes = engineSizes({ memoryBytes: info.MemTotal, cpus: info.NCPU, diskFreeBytes });
      const recipe = this.recipe();
      const ownerUid = process.getuid?.() ?? 0;
      const container = { diskFile: inside.diskFile, diskBytes: sizes.diskBytes, ownerUid };
      await writeAgentConfig(instance, { sizes, recipe, container });
      await this.docker.createVolume({ Name: volumeName(instance), Labels: { [ownLabel]: recipe } });
      const made = await this.docker.createContainer(this.container({ sizes, recipe }));
      await this.supply(made);
      signal?.throwIfAborted();
      await made.start();
      await this.#untilReady(signal);
    } catch (cause) {
      const failure = await this.#bootFailure(cause, signal);
      await this.clear();
      throw failure;
    }
  }

  async end(): Promise<void> {
    await this.docker
      .getContainer(this.instance.name)
      .stop({ t: limits.engine.stopTimeoutMs / 1000 })
      .catch(ignoreMissing);
    await this.clear();
  }

  async clear(): Promise<void> {
    await this.docker.getContainer(this.instance.name).remove({ force: true, v: true }).catch(ignoreMissing);
    const { dockerSocket, agentSocket } = this.instance;
    for (const socket of [dockerSocket, agentSocket]) await rm(socket, { force: true });
  }

  async remove(): Promise<void> {
    const filters = { label: Object.entries(this.#labels()).map(([name, value]) => `${name}=${value}`) };
    for (const { Id } of await this.docker.listContainers({ all: true, filters }))
      await this.docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreMissing);
    await this.docker.getVolume(volumeName(this.instance)).remove().catch(ignoreMissing);
    // Another installation on this Docker may use it.
    await this.docker
      .getImage(engineImage)
      .remove()
      .catch(() => {});
    await rm(this.instance.dir, { recursive: true, force: true });
  }

  #labels(): Record<string, string> {
    return { [installationLabel]: this.instance.name };
  }

  async #container() {
    try {
      return await this.docker.getContainer(this.instance.name).inspect();
    } catch {
      // No such container, no Docker that answers, or none on this machine.
      return undefined;
    }
  }

  async #untilReady(signal?: AbortSignal): Promise<void> {
    const deadline = Date.now() + limits.engine.bootTimeoutMs;
    for (;;) {
      if (signal?.aborted) throw new StagecraftError('cancelled', 'Starting the sandbox engine was cancelled.');
      if ((await this.alive()) !== undefined) return;
      if (!(await this.#container())?.State.Running) throw new Error('It ended while it started.');
      if (Date.now() > deadline) throw new Error(`It did not answer within ${limits.engine.bootTimeoutMs} ms.`);
      await wait(50);
    }
  }

  async #bootFailure(cause: unknown, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted || cause instanceof StagecraftError) return cause;
    const logs = await this.docker
      .getContainer(this.instance.name)
      .logs({ stdout: true, stderr: true, tail: 6 })
      .catch(() => Buffer.alloc(0));
    const lastLines = readableLog(logs, limits.run.logBytesMax).trim();
    return new StagecraftError(
      'engine_unavailable',
      `The sandbox engine did not start on your Docker: ${(cause as Error).message}\n${lastLines}`.trim(),
      { cause, retryable: true },
    );
  }

  /** Our own buildx: the user's Docker may have none, or an old one. */
  async #takeOutBuildx(): Promise<string> {
    const folder = join(this.instance.cacheDir, `buildx-${engineImage.split(':')[1]}`);
    const command = join(folder, 'docker-buildx');
    if (await run(command, ['version']).then(Boolean, () => false)) return command;
    await mkdir(folder, { recursive: true });
    const container = await this.docker.createContainer({ Image: engineImage, Cmd: ['true'], NetworkDisabled: true });
    try {
      const archive = await container.getArchive({ path: '/usr/libexec/docker/cli-plugins/docker-buildx' });
      await untar(archive, `${folder}/.unfinished`);
      await rename(`${folder}/.unfinished/docker-buildx`, command);
    } finally {
      await container.remove({ force: true });
      await rm(`${folder}/.unfinished`, { recursive: true, force: true });
    }
    return command;
  }
}

/** 304: it has ended already; 404: there is none. */
function ignoreMissing(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 304) throw error;
}

async function untar(archive: NodeJS.ReadableStream, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = spawn('tar', ['-C', folder, '-x'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => tar.on('error', reject).on('close', resolve));
  ended.catch(() => {});
  await pipeline(archive, tar.stdin);
  const code = await ended;
  if (code !== 0) throw new StagecraftError('internal', `tar ended with ${code}.`);
}
