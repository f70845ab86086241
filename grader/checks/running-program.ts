/** What process 1 of a running container really is: by the file that runs, not by what it calls itself. */
import type { ProcessOne } from '../evidence/evidence.ts';
import { baseName, isInit, isShellCommand, programIn } from './command-line.ts';

export type ProgramKind = 'program' | 'shell' | 'package-manager' | 'init';

export interface RunningProgram {
  kind: ProgramKind;
  /** All that it may be called: `python3.11`, `python3` and `python`. */
  names: string[];
  /** As `ps` shows it. */
  argv: string[];
}

/** Process 1, and what an init as process 1 started. */
export interface RunningContainer {
  first: RunningProgram;
  /** The program that does the work: `first`, or an init's child. */
  main: RunningProgram;
  children: RunningProgram[];
}

export function runningContainer({ argv, exe, children = [] }: ProcessOne): RunningContainer {
  const first = runningProgram({ argv, exe });
  const started = children.map(runningProgram);
  if (first.kind !== 'init') return { first, main: first, children: started };
  // Where the children are not known, an init's own words tell what it was to start.
  const behind = started[0] ?? runningProgram({ argv: programIn(argv).argv });
  return { first, main: behind, children: started };
}

function runningProgram({ argv, exe }: Pick<ProcessOne, 'argv' | 'exe'>): RunningProgram {
  const file = exe === undefined || EMULATORS.test(baseName(exe)) ? undefined : baseName(exe);
  const [called = '', ...rest] = argv;
  // A program that BusyBox or a shell is asked to be has its name only in argv.
  const real = file !== undefined && !MULTI_CALL.test(file) ? [file, ...rest] : argv;
  if (isInit(real)) return { kind: 'init', names: namesFor(file, called), argv };
  if (isShellCommand(real)) return { kind: 'shell', names: namesFor(file, called), argv };
  if (programIn(argv).kind === 'package manager') return { kind: 'package-manager', names: managerNames(argv), argv };
  return { kind: 'program', names: namesFor(file, called), argv };
}

const MULTI_CALL = /^(?:busybox|toybox)/;
/** They stand in for the program on a machine of another architecture. */
const EMULATORS = /^(?:qemu-|rosetta)/;

/** `npm start` and `node …/npm-cli.js start` are npm, whatever file runs. */
function managerNames(argv: string[]): string[] {
  const [program = '', script = ''] = argv.map((word) => baseName(word.split(' ')[0] ?? ''));
  const name = program.startsWith('node') ? script : program;
  return [...new Set([name, name.replace(/-cli\.js$|\.c?js$/, '')])];
}

/** A process title may be a sentence: nginx calls itself `nginx: master process …`. */
function namesFor(file: string | undefined, called: string): string[] {
  const names = [file ?? '', baseName(called).replace(/:$/, '')].filter((name) => name !== '');
  return [
    ...new Set(names.flatMap((name) => [name, name.replace(/\.[\d.]+$/, ''), name.replace(/[\d.]+$/, '')])),
  ].filter((name) => name !== '');
}
