/** Process 1 of a container, read from the engine's own `ps`: the image needs no shell for it. */
import type { Container } from 'dockerode';
import type { RunEvidence } from './evidence.ts';

interface Top {
  Titles?: string[];
  Processes?: string[][] | null;
}

export interface StartedAs {
  /** In the engine's PID namespace. */
  pid: number;
  /** argv as the container was started. */
  argv: string[];
  /** First host uid of the engine's user namespace; 0 without one. */
  uidBase: number;
}

/** Undefined when it has ended, or when the engine's `ps` gave no answer: a check then says that it could not be read. */
export async function readProcessOne(container: Container, started: StartedAs): Promise<RunEvidence['process']> {
  try {
    const top = (await container.top({ ps_args: '-ww -o pid,uid,args' })) as Top;
    return processOneFrom(top, started);
  } catch {
    return undefined;
  }
}

/** Pure: finds process 1 among the container's processes. */
export function processOneFrom(top: Top, { pid, argv, uidBase }: StartedAs): RunEvidence['process'] {
  const titles = top.Titles ?? [];
  const [pidAt, uidAt, argsAt] = ['PID', 'UID', 'COMMAND'].map((title) => titles.indexOf(title)) as [
    number,
    number,
    number,
  ];
  if (pidAt < 0 || uidAt < 0 || argsAt < 0) return undefined;
  const row = top.Processes?.find((fields) => Number(fields[pidAt]) === pid);
  if (row === undefined) return undefined;
  const uid = Number(row[uidAt]);
  const shown = row.slice(argsAt).join(' ').trim();
  return { argv: argvFrom(shown, argv), uid: uid >= uidBase ? uid - uidBase : uid };
}

/** `ps` joins arguments with spaces; while the program is the one that was started, its real argv is known. */
function argvFrom(shown: string, started: string[]): string[] {
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  return words(started.join(' ')).join(' ') === words(shown).join(' ') ? started : words(shown);
}

/** `/var/lib/docker/100000.100000` → 100000: dockerd names its data root after the user namespace's first ids. */
export function uidBaseFrom(dockerRootDir: string | undefined): number {
  const ids = /\/(\d+)\.\d+\/?$/.exec(dockerRootDir ?? '');
  return ids === null ? 0 : Number(ids[1]);
}
