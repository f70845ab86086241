/** Ways through a parsed Dockerfile that several checks take. */
import type { DockerfileModel, InstructionModel, StageModel } from '../dockerfile/model.ts';

export function finalStage(dockerfile: DockerfileModel | undefined): StageModel | undefined {
  return dockerfile?.stages.find((stage) => stage.final) ?? dockerfile?.stages.at(-1);
}

/** The final stage and the stages that it continues, from the last to the first: all that end up in the image. */
export function finalChain(dockerfile: DockerfileModel | undefined): StageModel[] {
  const chain: StageModel[] = [];
  let stage = finalStage(dockerfile);
  while (stage !== undefined && !chain.includes(stage)) {
    chain.push(stage);
    stage = stage.baseStage === undefined ? undefined : dockerfile?.stages[stage.baseStage];
  }
  return chain;
}

/** The last instruction of this kind that the final image gets, e.g. the USER in force. */
export function lastOfFinalImage(
  dockerfile: DockerfileModel | undefined,
  keyword: string,
): InstructionModel | undefined {
  for (const stage of finalChain(dockerfile)) {
    const found = stage.instructions.findLast((instruction) => instruction.keyword === keyword);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function instructionAt(
  dockerfile: DockerfileModel | undefined,
  line: number | undefined,
): InstructionModel | undefined {
  if (line === undefined) return undefined;
  return dockerfile?.instructions.find((instruction) => line >= instruction.line && line <= instruction.endLine);
}

/** `builder`, or `stage 2` (counted from 1, as people do) when it has no name. */
export function stageTitle(stage: StageModel): string {
  return stage.name === undefined ? `stage ${stage.index + 1}` : `stage ${stage.name}`;
}
