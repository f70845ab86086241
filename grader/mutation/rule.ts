/** What a mutation rule is given and makes: pure text to text, nothing is built. */

import { finalChain, finalStage } from '../checks/dockerfile-walk.ts';
import type { DockerfileModel, InstructionModel, StageModel } from '../dockerfile/model.ts';
import type { Edit } from './edits.ts';

export interface MutationSource {
  /** The solution. */
  text: string;
  dockerignore: string | undefined;
  model: DockerfileModel;
  /** Names of the catalogue. */
  images: readonly string[];
}

/** One way in which the solution becomes wrong. */
export interface Mutation {
  /** The instruction that it is about; undefined when it is about `.dockerignore`. */
  at: InstructionModel | undefined;
  edits: Edit[];
  /** Leave out the `.dockerignore`. */
  withoutDockerignore?: boolean;
}

export interface MutationRule {
  /** The file's name. */
  id: string;
  /** Ends the sentence "The solution …". */
  about: string;
  derive(source: MutationSource): Mutation[];
}

/** Instructions of the final stage and of the stages that it continues. */
export function shippedInstructions({ model }: MutationSource): InstructionModel[] {
  return finalChain(model)
    .toReversed()
    .flatMap(({ instructions }) => instructions);
}

/** Instructions of the stages that are built, FROM among them. */
export function builtInstructions({ model }: MutationSource): InstructionModel[] {
  return model.stages.filter(({ reachable }) => reachable).flatMap(({ instructions }) => instructions);
}

/** Stages that are built but not shipped. */
export function workshopStages({ model }: MutationSource): StageModel[] {
  const shipped = finalChain(model);
  return model.stages.filter((stage) => stage.reachable && !shipped.includes(stage));
}

/** The final stage's FROM, or that of the stage at the bottom of its chain: where its base image is chosen. */
export function baseOfFinal({ model }: MutationSource): { stage: StageModel; from: InstructionModel } | undefined {
  const stage = finalChain(model).at(-1);
  const from = stage?.instructions[0];
  return stage && from && { stage, from };
}

export function finalOf({ model }: MutationSource): StageModel | undefined {
  return finalStage(model);
}

/** The FROM of a stage with another base, its name and platform kept. */
export function fromLine(base: string, from: InstructionModel): string {
  const platform = from.flags.map(({ name, value }) => `--${name}=${value ?? ''} `).join('');
  const [, ...as] = from.words ?? [];
  return ['FROM', `${platform}${base}`, ...as].join(' ');
}
