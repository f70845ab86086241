/** Where the sandbox engine will run and why, whether it runs, and the Docker that is here. */
import { formatSize } from '../checks/format-size.ts';
import { type DockerFacts, lacksElsewhere, lacksOf } from '../engine/docker/requirements.ts';
import type { EngineStatus, Launcher } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import type { Settings } from '../settings.ts';
import type { DoctorItem } from './item.ts';

export interface Candidate {
  kind: Launcher['kind'];
  status: EngineStatus | undefined;
  missing: string[];
}

/** In the order and by the rule of `chooseLauncher`: the one whose engine runs, else the first that lacks nothing. */
export function chosenOf(candidates: Candidate[]): Candidate | undefined {
  return (
    candidates.find(({ status }) => status !== undefined) ?? candidates.find(({ missing }) => missing.length === 0)
  );
}

const names: Record<Launcher['kind'], string> = {
  docker: 'a container on the existing Docker',
  host: 'directly on this Linux, with runc',
  external: 'a container on the Docker that the operator named',
};

export function launcherItem(candidates: Candidate[], setting: Settings['engine']): DoctorItem {
  const item = { id: 'launcher', title: 'Where the engine runs' };
  const chosen = chosenOf(candidates);
  if (chosen === undefined) {
    const sentences = candidates.flatMap(({ missing }) => missing);
    const found = `nowhere: ${candidates.map(({ kind }) => kind).join(' and ')} lack something`;
    return { ...item, state: 'missing', found, mend: sentences.join(' ') };
  }
  const passed = candidates
    .slice(0, candidates.indexOf(chosen))
    .flatMap(({ kind, missing }) => `${kind}: ${missing[0]}`);
  const why =
    setting !== 'auto'
      ? `STAGECRAFT_ENGINE=${setting}`
      : chosen.status !== undefined
        ? 'it runs there already'
        : passed.length > 0
          ? `not on ${passed.join(' ')}`
          : 'the preferred one, and nothing is missing';
  return { ...item, state: 'ok', found: `${names[chosen.kind]} (${why})` };
}

export function engineItem(status: EngineStatus | undefined): DoctorItem {
  const item = { id: 'engine', title: 'Sandbox engine' };
  if (status === undefined) return { ...item, state: 'ok', found: 'not running; grading starts it' };
  const { dockerVersion, startedAt, users, recipe, diskFreeBytes } = status;
  const found = `Docker ${dockerVersion}, recipe ${recipe}, since ${startedAt}, used by ${users.length} processes, ${formatSize(diskFreeBytes)} of its disk free`;
  if (diskFreeBytes >= limits.engine.diskFreeBytesMin) return { ...item, state: 'ok', found };
  const mend =
    'npx stagecraft catalogue build prunes it; if that is not enough, make room on the disk of STAGECRAFT_HOME';
  return { ...item, state: 'warning', found, mend };
}

export interface DockerLook {
  facts: DockerFacts;
  /** `unix:///var/run/docker.sock` */
  address: string;
  /** The command or the socket is there. */
  installed: boolean;
  /** The engine runs, or can run, without it. */
  optional: boolean;
  /** The operator named it, and it may be anywhere. */
  isExternal: boolean;
}

export function dockerItem({ facts, address, installed, optional, isExternal }: DockerLook): DoctorItem {
  const item = { id: 'docker', title: 'Docker' };
  const state = optional ? 'warning' : 'missing';
  if (facts.unreachable === undefined) {
    const lacks = isExternal ? lacksElsewhere(facts) : lacksOf(facts);
    const found = `${facts.version} at ${address} (${facts.operatingSystem})`;
    if (lacks.length === 0) return { ...item, state: 'ok', found };
    return { ...item, state, found: `${found}, but not fit for the engine`, mend: lacks.join(' ') };
  }
  if (/EACCES/.test(facts.unreachable)) {
    const mend = 'sudo usermod -aG docker "$USER", then log in again; or start Stagecraft with sudo';
    return { ...item, state, found: `at ${address}, but this user may not use it`, mend };
  }
  if (installed) {
    const mend = 'Start it: systemctl start docker, or open Docker Desktop.';
    return { ...item, state, found: `installed, but nothing answers at ${address}`, mend };
  }
  if (optional) return { ...item, state: 'ok', found: 'not installed, and not needed here' };
  return {
    ...item,
    state,
    found: 'not installed',
    mend: 'Install Docker Engine 20.10 or later, or run as root on Debian.',
  };
}
