import { z } from 'zod';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { isShellCommand, programIn, shellFormOf, startCommandLine } from '../command-line.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { regexParam } from '../params.ts';
import { quote } from '../show.ts';

const schema = z.strictObject({
  /** `exec`: CMD and ENTRYPOINT are arrays; `any`: only what process 1 turns out to be counts. */
  form: z.enum(['exec', 'any']).default('exec'),
  /** A regex over process 1's joined argv, or its first words as they are. */
  startsWith: z.union([regexParam, z.array(z.string()).min(1)]).optional(),
});
type Params = z.infer<typeof schema>;

export const entrypoint: CheckType<Params> = {
  type: 'entrypoint',
  schema,
  judges: 'image',
  expected({ form, startsWith }) {
    const program =
      startsWith === undefined ? 'the program itself, not a shell or a package manager' : shown(startsWith);
    return `Process 1 is ${program}${form === 'exec' ? '; CMD and ENTRYPOINT are JSON arrays' : ''}.`;
  },
  why: 'Only process 1 gets the stop signal: behind a shell or npm the app never hears it, is killed after the grace period, and drops the requests it was answering.',
  needs: () => [{ kind: 'run', requests: [] }],
  judge(params, evidence) {
    const { image, run } = evidence;
    if (image === undefined) return notCollected('an image');
    const configured = [...image.config.entrypoint, ...image.config.cmd];
    if (configured.length === 0) {
      return failed({
        actual: 'no command',
        message: 'Neither CMD nor ENTRYPOINT is set, so the image does not say what to run.',
      });
    }
    const shellForm = params.form === 'exec' ? shellFormProblem(image, evidence) : undefined;
    return shellForm ?? judgeProgram(run?.process?.argv ?? configured, { params, evidence });
  },
};

function shellFormProblem(image: ImageEvidence, { dockerfile, run }: Evidence): Judgement | undefined {
  const found = shellFormOf(image.config, dockerfile);
  if (found === undefined) return undefined;
  const where = found.line === undefined ? ' of the base image' : ` on line ${found.line}`;
  const configured = `${found.keyword}${where} is not a JSON array, so Docker starts ${quote([...image.config.entrypoint, ...image.config.cmd].join(' '), 120)}`;
  const argv = run?.process?.argv;
  const effect =
    found.keyword === 'CMD' && image.config.entrypoint.length > 0
      ? 'ENTRYPOINT gets the shell and the line as its arguments'
      : argv !== undefined && !isShellCommand(argv)
        ? 'this shell replaced itself with the program, but not every shell does, and an image without a shell can not start it'
        : 'the shell is process 1 and does not pass the stop signal on';
  return failed({ actual: `${found.keyword} in shell form`, message: `${configured}: ${effect}.`, line: found.line });
}

function judgeProgram(argv: string[], { params, evidence }: { params: Params; evidence: Evidence }): Judgement {
  const program = programIn(argv);
  const commandLine = quote(argv.join(' '), 120);
  const line = startCommandLine(evidence);
  const actual = commandLine.slice(1, -1);
  if (program.kind !== 'program') {
    const kind = program.kind === 'shell' ? 'a shell' : 'a package manager';
    const message = `Process 1 is ${commandLine}: ${kind} that starts the app as a child and does not pass the stop signal on as the app would take it.`;
    return failed({ actual, message, line });
  }
  if (params.startsWith !== undefined && !startsWith(program.argv, params.startsWith)) {
    return failed({ actual, message: `Process 1 is ${commandLine}; expected ${shown(params.startsWith)}.`, line });
  }
  return passed(actual, `Process 1 is ${commandLine}.`);
}

/** `/usr/local/bin/node` counts as `node`. */
function startsWith(argv: string[], wanted: string | string[]): boolean {
  const [program = '', ...rest] = argv;
  const spellings = [argv, [program.slice(program.lastIndexOf('/') + 1), ...rest]];
  if (typeof wanted !== 'string')
    return spellings.some((words) => wanted.every((word, index) => words[index] === word));
  const regex = new RegExp(`^(?:${wanted})`);
  return spellings.some((words) => regex.test(words.join(' ')));
}

function shown(wanted: string | string[]): string {
  return quote(typeof wanted === 'string' ? wanted : wanted.join(' '), 80);
}
