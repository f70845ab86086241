/** The image config as `docker image inspect` shows it, in our words: no nulls, one shape for every spelling. */
import type { ImageEvidence } from './evidence.ts';

/** The part of `GET /images/{id}/json` that is read. Fields that are not set are null, '' or missing. */
export interface InspectedImage {
  Id: string;
  Architecture?: string | null;
  Os?: string | null;
  Variant?: string | null;
  Size?: number | null;
  RootFS?: { Layers?: string[] | null } | null;
  Config?: InspectedConfig | null;
}

export interface InspectedConfig {
  User?: string | null;
  Env?: string[] | null;
  Entrypoint?: string | string[] | null;
  Cmd?: string | string[] | null;
  WorkingDir?: string | null;
  ExposedPorts?: Record<string, unknown> | null;
  Labels?: Record<string, string> | null;
  Volumes?: Record<string, unknown> | null;
  StopSignal?: string | null;
  Healthcheck?: { Test?: string[] | null } | null;
  Shell?: string[] | null;
  OnBuild?: string[] | null;
}

export function imageConfigFrom(config: InspectedConfig | null | undefined): ImageEvidence['config'] {
  return {
    user: config?.User ?? '',
    env: variablesFrom(config?.Env ?? []),
    entrypoint: argvFrom(config?.Entrypoint),
    cmd: argvFrom(config?.Cmd),
    workingDir: config?.WorkingDir || '/',
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    labels: Object.fromEntries(Object.entries(config?.Labels ?? {})),
    volumes: Object.keys(config?.Volumes ?? {}),
    stopSignal: config?.StopSignal || undefined,
    healthcheck: config?.Healthcheck?.Test ?? undefined,
    shell: config?.Shell ?? undefined,
  };
}

/** `A=b=c` → `b=c`; the last of two with one name counts, as it does for the process. */
export function variablesFrom(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function argvFrom(value: string | string[] | null | undefined): string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
