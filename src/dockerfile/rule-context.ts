/** What every rule is given: the text, what the grader's reader made of it, and where words stand in it. */
import { Findings } from '../../grader/dockerfile/findings.ts';
import type { InstructionModel, StageModel } from '../../grader/dockerfile/model.ts';
import { type ParsedDockerfile, parseWithProblems } from '../../grader/dockerfile/parse-dockerfile.ts';
import type { Fix, ImageName, Place, TextEdit } from './problem.ts';

export interface FilesToJudge {
  dockerfile: string;
  dockerignore: string;
  /** Empty while the catalogue is not known: then no image is called unknown. */
  images: readonly ImageName[];
}

export interface RuleContext extends FilesToJudge {
  parsed: ParsedDockerfile;
  lines: string[];
  places: Findings;
}

/** What a rule saw; severity and page are the same for all of one rule, see `rules/facts.ts`. */
export interface Seen {
  rule: string;
  at: Place;
  message: string;
  fixes?: Fix[];
}

export type Rule = (context: RuleContext) => Seen[];

export function ruleContext(files: FilesToJudge): RuleContext {
  const { dockerfile } = files;
  const lines = dockerfile.split('\n').map((line) => line.replace(/\r$/, ''));
  return { ...files, lines, parsed: parseWithProblems(dockerfile), places: new Findings('Dockerfile', dockerfile) };
}

/** The keyword as it is written. */
export function keywordOf(context: RuleContext, at: InstructionModel): { text: string; place: Place } {
  const text = /^\S+/.exec((context.lines[at.line - 1] ?? '').slice(at.column - 1))?.[0] ?? at.keyword;
  return { text, place: { line: at.line, endLine: at.line, column: at.column, endColumn: at.column + text.length } };
}

export const replaceAt = (at: Place, text: string): TextEdit => ({
  line: at.line,
  column: at.column,
  endLine: at.endLine,
  endColumn: at.endColumn,
  text,
});

/** Whole lines with the line break behind them, or before them at the end of the file. */
export function removeLines(context: RuleContext, first: number, last: number): TextEdit {
  if (last < context.lines.length) return { line: first, column: 1, endLine: last + 1, endColumn: 1, text: '' };
  const before = context.lines[first - 2];
  const endColumn = (context.lines[last - 1] ?? '').length + 1;
  if (before === undefined) return { line: first, column: 1, endLine: last, endColumn, text: '' };
  return { line: first - 1, column: before.length + 1, endLine: last, endColumn, text: '' };
}

export const isOneLine = (instruction: InstructionModel) => instruction.line === instruction.endLine;

/** A stage and those below it that it continues, itself first. */
export function chainOf(stage: StageModel | undefined, stages: readonly StageModel[]): StageModel[] {
  const chain: StageModel[] = [];
  for (let next = stage; next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    next = next.baseStage === undefined ? undefined : stages[next.baseStage];
  }
  return chain;
}
