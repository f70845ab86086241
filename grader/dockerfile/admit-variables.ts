/**
 * Bounds what variables may grow into, and hands out their values at each instruction.
 *
 * Sixteen lines of `ENV A=$A$A` keep BuildKit's parser busy for 40 s, thirty for ever, even after a cancel.
 */
import { limits } from '../limits.ts';
import { byteLength } from './bytes.ts';
import type { Findings } from './findings.ts';
import type { InstructionModel, StageModel } from './model.ts';
import type { ParsedDockerfile } from './parse-dockerfile.ts';
import { baseVariableBytes } from './shell-words.ts';
import { triggersOf } from './stage-graph.ts';
import { assign, assignmentsOf, platformArgs, type Variables } from './stage-variables.ts';

/** Called for every instruction of every stage with the variables in force before it. */
export type Visit = (instruction: InstructionModel, variables: Variables, stage: StageModel) => void;

/** Walks all stages in order; stops with a finding as soon as a bound is passed. */
export function admitVariables(parsed: ParsedDockerfile, findings: Findings, visit: Visit): void {
  const walk = new Walk(parsed, findings);
  if (!walk.globals()) return;
  for (const stage of parsed.model.stages) {
    if (!walk.stage(stage, visit)) return;
  }
}

class Walk {
  private readonly parsed: ParsedDockerfile;
  private readonly findings: Findings;
  private readonly ends: Variables[] = [];
  private readonly globalNames: Set<string>;
  private valueBytes = 0;
  private textBytes = 0;
  private count = 0;

  constructor(parsed: ParsedDockerfile, findings: Findings) {
    this.parsed = parsed;
    this.findings = findings;
    this.globalNames = new Set(parsed.model.globalArgs.map((arg) => arg.name));
  }

  globals(): boolean {
    const variables = platformArgs(this.parsed.platform);
    for (const instruction of this.parsed.model.instructions) {
      if (instruction.keyword === 'FROM') break;
      if (instruction.keyword !== 'ARG') continue;
      const options = { escapeToken: this.parsed.escapeToken, unset: 'empty', sizeBytesMax: this.left() } as const;
      const { sizeBytes, failure } = assign(instruction, variables, options);
      if (!this.spend(instruction, sizeBytes, failure?.tooLarge === true)) return false;
    }
    return true;
  }

  stage(stage: StageModel, visit: Visit): boolean {
    const { stages } = this.parsed.model;
    const variables: Variables = new Map(stage.baseStage === undefined ? [] : this.ends[stage.baseStage]);
    const warned = new Set<string>();
    for (const instruction of [...triggersOf(stage, stages), ...stage.instructions.slice(1)]) {
      visit(instruction, variables, stage);
      if (!this.boundText(instruction, variables)) return false;
      if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') {
        if (!this.assign(instruction, variables)) return false;
      } else this.warnOfGlobals(instruction, { variables, warned });
    }
    this.ends[stage.index] = variables;
    return true;
  }

  private assign(instruction: InstructionModel, variables: Variables): boolean {
    const { escapeToken, globals } = this.parsed;
    const options = { escapeToken, unset: 'base', sizeBytesMax: this.left(), globals } as const;
    const { sizeBytes, failure } = assign(instruction, variables, options);
    if (failure !== undefined && !failure.tooLarge) {
      this.findings.error('syntax', instruction, `This ${instruction.keyword} can't be read: ${failure.error}.`);
    }
    return this.spend(instruction, sizeBytes, failure?.tooLarge === true);
  }

  private spend(instruction: InstructionModel, sizeBytes: number, tooLarge: boolean): boolean {
    this.valueBytes += sizeBytes;
    this.count += assignmentsOf(instruction)?.length ?? 0;
    if (tooLarge || this.valueBytes > limits.admit.expandedVariablesBytes) {
      this.findings.error(
        'variable-size',
        instruction,
        `The values of ENV and ARG grow beyond ${limits.admit.expandedVariablesBytes} bytes in all here. Make them shorter; a value that repeats itself doubles on every line.`,
      );
      return false;
    }
    if (this.count <= limits.admit.variablesMax) return true;
    const message = `ENV and ARG set more than ${limits.admit.variablesMax} values in all. Set fewer.`;
    this.findings.error('variable-size', instruction, message);
    return false;
  }

  private left(): number {
    return limits.admit.expandedVariablesBytes - this.valueBytes;
  }

  /** An upper bound that doesn't depend on quotes: BuildKit fills variables into every instruction's name too. */
  private boundText(instruction: InstructionModel, variables: Variables): boolean {
    const { text } = instruction;
    let bytes = byteLength(text);
    for (const match of text.matchAll(/\$\{?([\p{L}\p{Nd}_]*)(\/\/)?/gu)) {
      const valueBytes = variables.get(match[1] ?? '')?.sizeBytes ?? baseVariableBytes;
      bytes += match[2] === undefined ? valueBytes : (valueBytes + 1) * text.length;
    }
    this.textBytes += bytes;
    if (this.textBytes <= limits.admit.expandedTextBytes) return true;
    this.findings.error(
      'variable-size',
      instruction,
      `With their variables filled in, the instructions up to here are longer than ${limits.admit.expandedTextBytes / 1024} KiB. Use fewer variables or shorter ones.`,
    );
    return false;
  }

  private warnOfGlobals(
    instruction: InstructionModel,
    { variables, warned }: { variables: Variables; warned: Set<string> },
  ): void {
    for (const match of instruction.text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)) {
      const name = match[1] ?? '';
      if (!this.globalNames.has(name) || variables.has(name) || warned.has(name)) continue;
      warned.add(name);
      const message = `ARG ${quotedName(name)} stands before the first FROM, so it is empty inside this stage. Repeat "ARG ${quotedName(name)}" after the FROM.`;
      this.findings.warning('global-arg', this.findings.place(instruction, match[0]), message);
    }
  }
}

function quotedName(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
