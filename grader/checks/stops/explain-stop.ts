/** Why a container did not end as it should, from what process 1 turned out to be. */
import type { RunEvidence } from '../../evidence/evidence.ts';
import { type RunningProgram, runningContainer } from '../running-program.ts';
import { quote } from '../show.ts';

export function explainNoEnd({ process }: Pick<RunEvidence, 'process'>, signal: string): string {
  if (process === undefined) return 'Only process 1 gets the signal, and it has to end by itself.';
  const { first, main, children } = runningContainer(process);
  const child = children[0] === undefined ? '' : ` ${shown(children[0])}`;
  switch (first.kind) {
    case 'shell':
      return `Process 1 is ${shown(first)}, a shell: it waits for its child${child} and passes no signal on, so the app never heard of it.`;
    case 'package-manager':
      return `Process 1 is ${shown(first)}, a package manager that starts a shell that starts the app${child && `, here${child}`}: the signal did not reach it.`;
    case 'init':
      return `Process 1 is ${shown(first)}, which passes the signal on to ${shown(main)}, and that did not end.`;
    case 'program':
      return `Process 1 is ${shown(first)}. For process 1 the kernel drops ${signal} unless the program has a handler for it: this one has none, or its handler does not end the program.`;
  }
}

/** Signals that end a program; the exit code is 128 and the number. */
const SIGNALS: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  15: 'SIGTERM',
};

export function explainExitCode(
  code: number,
  { oomKilled, process }: Pick<RunEvidence, 'oomKilled' | 'process'>,
): string {
  if (oomKilled) return 'It used more memory than it may and was killed.';
  const name = SIGNALS[code - 128];
  const first = process === undefined ? undefined : runningContainer(process).first;
  if (name !== undefined && first !== undefined && first.kind !== 'program') {
    return `That is 128 + ${code - 128}: ${name} ended the app behind ${shown(first)}, and nothing in the app handled it.`;
  }
  if (name !== undefined) return `That is 128 + ${code - 128}: what ${name} leaves, not a program that ends by itself.`;
  return code === 0 ? '' : 'A platform takes any code but 0 for a failure.';
}

function shown({ argv }: RunningProgram): string {
  return quote(argv.join(' '), 100);
}
