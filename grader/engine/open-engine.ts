/** The one way for the rest of the grader to get an engine. */
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { DockerHost } from './docker/docker-host.ts';
import { ExternalHost } from './docker/external-host.ts';
import type { DockerSettings } from './docker/user-docker.ts';
import type { Engine, Launcher } from './engine.ts';
import { RuncHost } from './host/runc-host.ts';
import { instanceFor } from './instance.ts';
import { InstallationLauncher } from './launcher.ts';

export type EngineSettings = Pick<Settings, 'homeDir' | 'cacheDir' | 'engine'> & DockerSettings;

export interface OpenEngineOptions {
  settings: EngineSettings;
  progress: ProgressSink;
  signal?: AbortSignal;
}

/**
 * Every launcher that this installation may use, the preferred one first: a Docker that is there, then the host. A Docker
 * that may be on another machine is used only when the operator says so.
 */
export function launchers(settings: EngineSettings): Launcher[] {
  const instance = instanceFor(settings);
  const local = [new DockerHost(instance, settings), new RuncHost(instance)];
  const hosts = settings.engine === 'external' ? [new ExternalHost(instance, settings)] : local;
  return hosts
    .filter(({ kind }) => settings.engine === 'auto' || settings.engine === kind)
    .map((host) => new InstallationLauncher(instance, host));
}

/**
 * Adopts this installation's running engine or starts it, and registers this process as a user of it until
 * `Engine.release()`.
 * @throws StagecraftError `host_lacks` with what is missing and what to do, `engine_unavailable`, `cancelled`
 */
export async function openEngine({ settings, progress, signal }: OpenEngineOptions): Promise<Engine> {
  return (await chooseLauncher(settings)).start({ progress, signal });
}

/**
 * The launcher of the engine that runs already, or the first that this machine has everything for.
 * @throws StagecraftError `host_lacks`
 */
export async function chooseLauncher(settings: EngineSettings): Promise<Launcher> {
  const candidates = launchers(settings);
  for (const launcher of candidates) if ((await launcher.status()) !== undefined) return launcher;
  const reasons: string[] = [];
  for (const launcher of candidates) {
    const missing = await launcher.missing();
    if (missing.length === 0) return launcher;
    reasons.push(...missing);
  }
  throw new StagecraftError('host_lacks', reasons.join(' '));
}
