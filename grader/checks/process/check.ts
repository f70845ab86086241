import { z } from 'zod';
import type { Evidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { startCommandLine } from '../command-line.ts';
import { whyNotReady } from '../http/explain-run.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { textOrRegexParam, valueMatcher } from '../params.ts';
import { type RunningContainer, type RunningProgram, runningContainer } from '../running-program.ts';
import { list, quote } from '../show.ts';

const GROUPS = ['shell', 'package-manager', 'init'] as const;
const names = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(textOrRegexParam));

const schema = z.strictObject({
  /** Names of the program, any of them: `node`, or `/^python3/`. Behind an init it is what the init started. */
  is: names.refine((all) => all.length > 0, 'expected a name like node, found none').optional(),
  /** Names that neither process 1 nor what an init started may have; `shell`, `package-manager`, `init` are groups. */
  not: names.default(['shell', 'package-manager']),
});
type Params = z.infer<typeof schema>;

export const processOne: CheckType<Params> = {
  type: 'process',
  schema,
  judges: 'image',
  expected({ is, not }) {
    const wanted = is === undefined ? [] : [`is ${either(is)}`];
    const unwanted = not.length === 0 ? [] : [`is not ${either(not.map(titleOf))}`];
    return `Process 1 of the running container ${[...wanted, ...unwanted].join(' and ') || 'can be read'}.`;
  },
  why: 'Signals of the platform go to process 1 and to no other: it decides whether the app can finish its work, and its exit code is the one that the platform sees.',
  needs: () => [{ kind: 'run', requests: [], required: true }],
  judge(params, evidence) {
    const { run, image } = evidence;
    if (run === undefined) return notCollected('a run of the container');
    if (run.process === undefined) {
      if (run.started && run.exitCode === undefined) return notCollected('the processes of the container');
      return failed({ ...whyNotReady(run, image), line: startCommandLine(evidence) });
    }
    return judgeContainer(runningContainer(run.process), params, evidence);
  },
};

function judgeContainer(container: RunningContainer, { is, not }: Params, evidence: Evidence): Judgement {
  const { first, main } = container;
  const line = startCommandLine(evidence);
  const actual = first === main ? nameOf(first) : `${nameOf(first)}, which runs ${nameOf(main)}`;
  const refused = [first, main].find((program) => not.some((name) => isCalled(program, name, true)));
  if (refused !== undefined) {
    const started = container.children[0];
    const child = refused === first && started !== undefined ? `; the app is its child ${shown(started)}` : '';
    const place = refused === first ? 'Process 1 is' : `Process 1 is ${shown(first)}, and what it started is`;
    return failed({ actual, message: `${place} ${shown(refused)}, ${whatItIs(refused)}${child}.`, line });
  }
  if (is !== undefined && !is.some((name) => isCalled(main, name, false))) {
    const place = first === main ? 'Process 1 is' : `Behind ${shown(first)} runs`;
    return failed({ actual, message: `${place} ${shown(main)}; expected ${either(is)}.`, line });
  }
  return passed(actual, `Process 1 is ${shown(first)}${first === main ? '' : ` and runs ${shown(main)}`}.`);
}

function isCalled(program: RunningProgram, wanted: string, groups: boolean): boolean {
  if (groups && (GROUPS as readonly string[]).includes(wanted)) return program.kind === wanted;
  const matches = valueMatcher(wanted);
  return program.names.some((name) => matches(name));
}

const KINDS: Record<RunningProgram['kind'], string> = {
  shell: 'a shell',
  'package-manager': 'a package manager',
  init: 'an init',
  program: 'which this exercise does not want there',
};

function whatItIs({ kind }: RunningProgram): string {
  return KINDS[kind];
}

function titleOf(name: string): string {
  return (GROUPS as readonly string[]).includes(name) ? KINDS[name as RunningProgram['kind']] : name;
}

function either(all: readonly string[]): string {
  return list(all, 8).replace(/ and (?!\d+ more)/, ' or ');
}

function nameOf({ names: [name = 'unknown'] }: RunningProgram): string {
  return quote(name, 40).slice(1, -1);
}

function shown({ argv }: RunningProgram): string {
  return quote(argv.join(' '), 100);
}
