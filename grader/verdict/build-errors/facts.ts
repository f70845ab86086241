/** What is known about a failed build, and small questions that several explanations ask. */
import type { BuildFailure } from '../../build/build-failure.ts';
import type { Neighbours } from '../../build/stage-files.ts';
import type { BuildError } from '../../contract/report.ts';
import { quoted } from '../../dockerfile/findings.ts';
import type { DockerfileModel, InstructionModel, StageModel } from '../../dockerfile/model.ts';
import type { SlotUsage } from '../../engine/engine.ts';

export interface BuildFacts {
  failure: BuildFailure;
  dockerfile: DockerfileModel | undefined;
  /** Of the slot, read after the build. */
  usage?: SlotUsage | undefined;
  /** Relative paths of the app's files, as they are before `.dockerignore`. */
  contextFiles?: readonly string[];
  dockerignore?: string | undefined;
  /** Names of the catalogue, most useful first. */
  baseImages?: readonly string[];
  /** Looks into a stage around a path that is not there; undefined when it can't. */
  neighbours?: (stage: number, path: string) => Promise<Neighbours | undefined>;
  timeoutMs?: number;
}

/** One recognised error: undefined when it is another one. */
export type Explanation = (facts: FailedStep) => Explained | undefined | Promise<Explained | undefined>;

export type Explained = Pick<BuildError, 'code' | 'message' | 'hint'>;

/** The facts with the failed instruction found. */
export interface FailedStep extends BuildFacts {
  instruction: InstructionModel | undefined;
  stage: StageModel | undefined;
  /** `Line 5 (RUN npm ci)`, to begin a sentence with. */
  where: string;
  /** The log's last lines and BuildKit's error, to search in. */
  text: string;
}

const searchedCharactersMax = 400;

export function failedStep(facts: BuildFacts): FailedStep {
  const { failure, dockerfile } = facts;
  const instruction = dockerfile?.instructions.find(
    (each) => failure.line !== undefined && each.line <= failure.line && failure.line <= each.endLine,
  );
  const stage = instruction?.stage === undefined ? undefined : dockerfile?.stages[instruction.stage];
  const where = instruction === undefined ? 'The build' : `Line ${instruction.line} (${titleOf(instruction)})`;
  // Patterns are tried on what a learner's process printed: short lines keep that cheap.
  const lines = failure.logTail.map((line) => line.slice(0, searchedCharactersMax));
  return { ...facts, instruction, stage, where, text: [...lines, failure.raw].join('\n') };
}

export function titleOf(instruction: InstructionModel): string {
  const text = `${instruction.keyword} ${instruction.text}`.replace(/\s+/g, ' ').trim();
  return quoted(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** `the stage builder`, `the stage of line 1`. */
export function stageTitle(stage: StageModel | undefined): string {
  if (stage === undefined) return 'this stage';
  return stage.name === undefined ? `the stage of line ${stage.line}` : `the stage ${stage.name}`;
}

/** What ran before the failed instruction in its stage and the stages below, from the bottom up. */
export function instructionsBefore({ instruction, stage, dockerfile }: FailedStep): InstructionModel[] {
  if (instruction === undefined || stage === undefined) return [];
  const chain: StageModel[] = [];
  for (let at: StageModel | undefined = stage; at !== undefined && !chain.includes(at); ) {
    chain.unshift(at);
    at = at.baseStage === undefined ? undefined : dockerfile?.stages[at.baseStage];
  }
  const all = chain.flatMap((each) => each.instructions);
  return all.slice(0, all.indexOf(instruction));
}
