/** Process 1 of a container, read from the engine's own `ps`: the image needs no shell for it. */
import type { Container } from 'dockerode';
import type { ProcessOne } from './evidence.ts';

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

/** What `ps` said about the container's processes; the programs' paths apart, because either may hold spaces. */
export interface Tops {
  commands: Top;
  /** Undefined where this `ps` does not know them. */
  programs: Top | undefined;
}

/** Undefined when it has ended, or when the engine's `ps` gave no answer: a check then says that it could not be read. */
export async function readProcessOne(container: Container, started: StartedAs): Promise<ProcessOne | undefined> {
  const top = async (columns: string) => (await container.top({ ps_args: `-ww -o ${columns}` })) as Top;
  try {
    const [commands, programs] = await Promise.all([top('pid,ppid,uid,args'), top('pid,exe').catch(() => undefined)]);
    return processOneFrom({ commands, programs }, started);
  } catch {
    return undefined;
  }
}

/** Pure: finds process 1 and its children among the container's processes. */
export function processOneFrom(tops: Tops, { pid, argv, uidBase }: StartedAs): ProcessOne | undefined {
  const rows = rowsOf(tops.commands, ['PID', 'PPID', 'UID', 'COMMAND']);
  const programs = new Map(rowsOf(tops.programs, ['PID', 'EXE']).map(([of, path]) => [of, path]));
  const exeOf = (of: string | undefined) => {
    const path = programs.get(of ?? '');
    // What `ps` prints for a process that has ended or may not be looked at.
    return path === undefined || !path.startsWith('/') ? undefined : path;
  };
  const found = rows.find(([of]) => Number(of) === pid);
  if (found === undefined) return undefined;
  const [, , uid, shown = ''] = found;
  const children = rows.filter(([, parent]) => Number(parent) === pid).slice(0, CHILDREN_MAX);
  return {
    argv: argvFrom(shown, argv),
    uid: Number(uid) >= uidBase ? Number(uid) - uidBase : Number(uid),
    exe: exeOf(found[0]),
    children: children.map(([of, , , command = '']) => ({ argv: wordsOf(command), exe: exeOf(of) })),
  };
}

/** More are of no use to a sentence. */
const CHILDREN_MAX = 8;

/** The wanted columns of each row; the last one takes all that is left of the line. Nothing where a column is missing. */
function rowsOf(top: Top | undefined, wanted: string[]): string[][] {
  const places = wanted.map((title) => (top?.Titles ?? []).indexOf(title));
  if (places.includes(-1)) return [];
  return (top?.Processes ?? []).map((fields) =>
    places.map((place, index) =>
      index === places.length - 1 ? fields.slice(place).join(' ').trim() : (fields[place] ?? ''),
    ),
  );
}

/** `ps` joins arguments with spaces; while the program is the one that was started, its real argv is known. */
function argvFrom(shown: string, started: string[]): string[] {
  return wordsOf(started.join(' ')).join(' ') === wordsOf(shown).join(' ') ? started : wordsOf(shown);
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** `/var/lib/docker/100000.100000` → 100000: dockerd names its data root after the user namespace's first ids. */
export function uidBaseFrom(dockerRootDir: string | undefined): number {
  const ids = /\/(\d+)\.\d+\/?$/.exec(dockerRootDir ?? '');
  return ids === null ? 0 : Number(ids[1]);
}
