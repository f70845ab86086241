/**
 * From text to stages: what BuildKit will see, without building anything.
 *
 * Absent on purpose: nothing is judged here (see `admit.ts`), and no text makes it throw.
 */

import { type Directive, type SyntaxProblem, splitInstructions } from './dockerfile-lines.ts';
import type { DockerfileModel, InstructionModel, StageModel } from './model.ts';
import { parseInstruction } from './parse-instruction.ts';
import { expand } from './shell-words.ts';
import { linkStages } from './stage-graph.ts';
import { assign, platformArgs, type Variables } from './stage-variables.ts';

export interface ParseOptions {
  /** The stage to ship; the last one without it. */
  target?: string | undefined;
  /** What the engine builds for. @default this machine's, e.g. `linux/amd64` */
  platform?: string;
  /** What is built for. @default `platform` */
  targetPlatform?: string;
  /** Bound on any one expansion of global ARGs. @default 4096 */
  expansionBytesMax?: number;
}

export interface ParsedDockerfile {
  model: DockerfileModel;
  directives: Directive[];
  escapeToken: string;
  problems: SyntaxProblem[];
  /** Global ARGs and BuildKit's own, as a FROM sees them. */
  globals: Variables;
  platform: string;
}

/** Reads a Dockerfile. What can't be read is left out; `parseWithProblems` says what and where. */
export function parseDockerfile(text: string, options: ParseOptions = {}): DockerfileModel {
  return parseWithProblems(text, options).model;
}

/** Like `parseDockerfile`, with everything that BuildKit would refuse about the form. */
export function parseWithProblems(text: string, options: ParseOptions = {}): ParsedDockerfile {
  const { lines, directives, escapeToken, problems } = splitInstructions(text);
  const instructions = lines.map((line) => parseInstruction(line, { escapeToken, problems }));
  const platform = options.platform ?? machinePlatform();
  const globals = platformArgs(platform, options.targetPlatform);
  const sizeBytesMax = options.expansionBytesMax ?? 4096;
  const model: DockerfileModel = { stages: [], globalArgs: [], instructions };
  for (const instruction of instructions) {
    const stage = model.stages.at(-1);
    if (instruction.keyword === 'FROM') {
      const added = stageOf(instruction, { index: model.stages.length, escapeToken, globals, sizeBytesMax, problems });
      model.stages.push(added);
      instruction.stage = added.index;
    } else if (stage !== undefined) {
      instruction.stage = stage.index;
      stage.instructions.push(instruction);
    } else if (instruction.keyword === 'ARG') {
      readGlobalArg(instruction, model, { escapeToken, globals, sizeBytesMax, problems });
    }
  }
  linkStages(model, options.target);
  return { model, directives, escapeToken, problems, globals, platform };
}

/** The platform that images are built for on this machine; in a browser, which does not say, the usual one. */
export function machinePlatform(): string {
  const { arch = 'x64' } = (globalThis as { process?: { arch: string } }).process ?? {};
  const architectures: Record<string, string> = { x64: 'amd64', ia32: '386', arm: 'arm/v7' };
  return `linux/${architectures[arch] ?? arch}`;
}

interface Context {
  escapeToken: string;
  globals: Variables;
  sizeBytesMax: number;
  problems: SyntaxProblem[];
}

function readGlobalArg(instruction: InstructionModel, model: DockerfileModel, context: Context): void {
  const { escapeToken, globals, sizeBytesMax } = context;
  const { failure } = assign(instruction, globals, { escapeToken, unset: 'empty', sizeBytesMax });
  if (failure !== undefined && !failure.tooLarge)
    problem(context, instruction, `This ARG can't be read: ${failure.error}.`);
  for (const word of instruction.words ?? []) {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const value = equals === -1 ? undefined : (globals.get(name)?.text ?? '');
    model.globalArgs.push({ name, value, line: instruction.line });
  }
}

function stageOf(instruction: InstructionModel, context: Context & { index: number }): StageModel {
  const [written = '', as, name, ...more] = instruction.words ?? [];
  const { escapeToken, globals, sizeBytesMax, index } = context;
  const named = as?.toLowerCase() === 'as' && name !== undefined && more.length === 0;
  if (written === '') problem(context, instruction, 'FROM needs the name of an image or of an earlier stage.');
  const base = expand(written, { escapeToken, variables: globals, unset: 'empty', sizeBytesMax });
  if (!base.ok && !base.tooLarge) problem(context, instruction, `FROM ${written} can't be read: ${base.error}.`);
  const flag = instruction.flags.find((each) => each.name === 'platform')?.value;
  const platform =
    flag === undefined ? undefined : expand(flag, { escapeToken, variables: globals, unset: 'empty', sizeBytesMax });
  return {
    index,
    name: named ? name.toLowerCase() : undefined,
    vertexPrefix: '',
    line: instruction.line,
    base: base.ok && base.known ? base.text : written,
    baseStage: undefined,
    rootBase: '',
    platform: platform?.ok === true ? platform.text : flag,
    final: false,
    reachable: false,
    instructions: [instruction],
  };
}

function problem(context: Context, at: InstructionModel, message: string): void {
  const { line, column, endLine, endColumn } = at;
  context.problems.push({ rule: 'syntax', message, line, column, endLine, endColumn });
}
