import type { DockerfileModel, InstructionModel } from '../../dockerfile/model.ts';
import type { Judgement } from '../check.ts';
import { finalChain, finalStage } from '../dockerfile-walk.ts';
import { failed } from '../judgement.ts';
import { quote } from '../show.ts';

export interface CopyRule {
  matches: string;
  mustBeFrom: Origin;
}
type Origin = 'stage' | 'image' | 'context';

const ORIGINS: Record<Origin, string> = { stage: 'a stage', image: 'an image', context: 'the build context' };

/**
 * There has to be a copy of it from where it should come, and none from elsewhere in what is shipped. Stages that are
 * never built don't count.
 */
export function copyProblem(dockerfile: DockerfileModel, { matches, mustBeFrom }: CopyRule): Judgement | undefined {
  const regex = new RegExp(matches);
  const chain = finalChain(dockerfile);
  const copies = dockerfile.stages
    .filter((stage) => stage.reachable || stage.final)
    .flatMap((stage) => stage.instructions.map((instruction) => ({ instruction, shipped: chain.includes(stage) })))
    .filter(({ instruction }) => instruction.copy?.sources.some((source) => regex.test(source)));
  const wrong = copies.find(({ instruction, shipped }) => shipped && originOf(instruction) !== mustBeFrom);
  const right = copies.some(({ instruction }) => originOf(instruction) === mustBeFrom);
  const culprit = wrong ?? (right ? undefined : copies[0]);
  if (culprit !== undefined) {
    const { keyword, text, line } = culprit.instruction;
    const from = ORIGINS[originOf(culprit.instruction)];
    const message = `${quote(`${keyword} ${text}`, 80)} on line ${line} takes it from ${from}; expected ${ORIGINS[mustBeFrom]}.`;
    return failed({ actual: `copied from ${from}`, message, line });
  }
  if (right) return undefined;
  const message = `No COPY takes anything that matches ${quote(matches, 80)}; expected one that takes it from ${ORIGINS[mustBeFrom]}.`;
  return failed({ actual: 'no such copy', message, line: finalStage(dockerfile)?.line });
}

function originOf({ copy }: InstructionModel): Origin {
  if (copy?.fromStage !== undefined) return 'stage';
  return copy?.from === undefined ? 'context' : 'image';
}
