/**
 * The sandbox engine on a Docker that the operator names, wherever it is: another machine, or Docker Desktop's. Nothing
 * but that Docker's API is needed. What the engine is made of goes into its volume, its sockets come through a relay.
 */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { inside } from '../agent-config.ts';
import type { EngineHost, EngineSockets, Prepared, PrepareOptions } from '../engine-host.ts';
import type { Instance } from '../instance.ts';
import type { EngineSizes } from '../sizes.ts';
import { externalContainer } from './container-spec.ts';
import { DockerHost } from './docker-host.ts';
import { EngineParts } from './engine-parts.ts';
import { Relay, type Transport } from './relay.ts';
import { type DockerFacts, lacksElsewhere } from './requirements.ts';
import { type DockerSettings, dockerAddress, openNamedDocker } from './user-docker.ts';

export class ExternalHost extends DockerHost {
  override readonly kind: EngineHost['kind'] = 'external';
  readonly #parts: EngineParts;
  #relay: Promise<Relay> | undefined;

  constructor(instance: Instance, settings: DockerSettings) {
    // Two machines may have the same home folder and name the same Docker.
    const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
    super({ ...instance, name: `${instance.name}-${machine}` }, settings);
    this.#parts = new EngineParts(this.instance);
  }

  protected override open(options?: { timeout: number }): Docker {
    return openNamedDocker(this.settings, options);
  }

  protected override lacks(facts: DockerFacts): string[] {
    return lacksElsewhere(facts);
  }

  protected override container(parts: { sizes: EngineSizes; recipe: string }): ContainerCreateOptions {
    return externalContainer(this.instance, parts);
  }

  protected override async supply(made: Container): Promise<void> {
    await this.#parts.putAll(made, (await this.docker.version()) as { Arch: string });
  }

  override async prepare(options: PrepareOptions): Promise<Prepared> {
    await this.#warnOnce(options);
    const { root, buildxCommand } = await super.prepare(options);
    // Without `outside`: that needs folders of this machine.
    const publishPackages = async (): Promise<void> => {
      await this.#parts.putPackages(this.docker.getContainer(this.instance.name));
    };
    return { root, buildxCommand, publishPackages };
  }

  override sockets(): Promise<EngineSockets> {
    this.#relay ??= Relay.listen({ folder: join(this.instance.dir, 'relay'), dial: () => this.#dial() });
    return this.#relay;
  }

  /** Runs the relay's other end beside the engine's agent. */
  async #dial(): Promise<Transport> {
    const sockets = ['docker', 'agent'].map((name) => `${inside.sockets}/${name}.sock`);
    const exec = await this.docker.getContainer(this.instance.name).exec({
      Cmd: [inside.node, `${inside.agent}/relay.ts`, ...sockets],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const carrier = await exec.start({ hijack: true, stdin: true });
    const said = new PassThrough();
    this.docker.modem.demuxStream(carrier, said, new PassThrough().resume());
    carrier.on('close', () => said.end()).on('error', () => said.end());
    return { readable: said, writable: carrier, carrier: carrier as unknown as Transport['carrier'] };
  }

  /** Whoever names a Docker should know what they do; told when this installation uses it for the first time. */
  async #warnOnce({ progress }: PrepareOptions): Promise<void> {
    const told = join(this.instance.dir, 'external-told');
    if (existsSync(told)) return;
    await mkdir(this.instance.dir, { recursive: true, mode: 0o700 });
    const detail = `what learners write is built and run on the Docker at ${dockerAddress(this.settings)}, in a container of its own that may mount and make namespaces there. Whoever owns that machine should know. \`npx stagecraft doctor\` tells whether its walls hold.`;
    progress({ id: 'external-engine', title: 'External engine', state: 'ready', detail });
    writeFileSync(told, '');
  }
}
