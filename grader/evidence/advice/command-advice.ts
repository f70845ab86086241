/** Advice about how the process is started. */
import type { InstructionModel } from '../../dockerfile/model.ts';
import type { Advice, InspectedProject } from './advice.ts';
import { lastOf } from './final-stage.ts';

export function commandFormAdvice({ dockerfile }: InspectedProject): Advice[] {
  const entrypoint = lastOf(dockerfile, 'ENTRYPOINT');
  // A CMD beside an ENTRYPOINT in shell form is not used at all; the ENTRYPOINT is what to talk about.
  const command = entrypoint ?? lastOf(dockerfile, 'CMD');
  if (command === undefined || command.form !== 'shell') return [];
  return [
    {
      message: `${command.keyword} is in shell form, so a shell starts the program and may keep SIGTERM from it. Write it as a JSON array: ${command.keyword} ["program", "argument"].`,
      line: command.line,
    },
  ];
}

const SCRIPT_RUNNERS = /^(?:npm|npx|yarn|pnpm)$/;

export function processOneAdvice({ image, dockerfile }: InspectedProject): Advice[] {
  const command = lastOf(dockerfile, 'ENTRYPOINT') ?? lastOf(dockerfile, 'CMD');
  const argv = image === undefined ? argvOf(command) : [...image.config.entrypoint, ...image.config.cmd];
  const program = unwrapShell(argv)[0]?.split('/').at(-1) ?? '';
  if (!SCRIPT_RUNNERS.test(program)) return [];
  return [
    {
      message: `${program} is process 1. It stands between the engine's signals and your app and takes memory of its own; start the app itself, e.g. with node.`,
      line: command?.line,
    },
  ];
}

function argvOf(command: InstructionModel | undefined): string[] {
  return command?.argv ?? command?.text.split(/\s+/) ?? [];
}

/** What `sh -c "…"` starts. */
function unwrapShell(argv: string[]): string[] {
  const [shell = '', option, script] = argv;
  if (!/(?:^|\/)(?:ba|da|a)?sh$/.test(shell) || option !== '-c' || script === undefined) return argv;
  return script.replace(/^exec\s+/, '').split(/\s+/);
}
