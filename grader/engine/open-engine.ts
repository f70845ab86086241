/** The one way for the rest of the grader to get an engine. */
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import type { Engine, Launcher } from './engine.ts';
import { HostLauncher } from './host/host-launcher.ts';

export interface OpenEngineOptions {
  settings: Pick<Settings, 'homeDir' | 'cacheDir'>;
  progress: ProgressSink;
  signal?: AbortSignal;
}

/** Every launcher for this installation, the preferred one first. */
export function launchers(settings: OpenEngineOptions['settings']): Launcher[] {
  return [new HostLauncher(settings)];
}

/**
 * Adopts this installation's running engine or starts it, and registers this process as a user of it until
 * `Engine.release()`.
 * @throws StagecraftError `host_lacks` with what is missing and what to do, `engine_unavailable`, `cancelled`
 */
export async function openEngine({ settings, progress, signal }: OpenEngineOptions): Promise<Engine> {
  return (await chooseLauncher(settings)).start({ progress, signal });
}

/** The first launcher that this machine has everything for. @throws StagecraftError `host_lacks` */
export async function chooseLauncher(settings: OpenEngineOptions['settings']): Promise<Launcher> {
  const reasons: string[] = [];
  for (const launcher of launchers(settings)) {
    const missing = await launcher.missing();
    if (missing.length === 0) return launcher;
    reasons.push(...missing);
  }
  throw new StagecraftError('host_lacks', reasons.join(' '));
}
