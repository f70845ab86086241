/** Where in the Dockerfile a piece of advice about the final image belongs. */
import type { DockerfileModel, InstructionModel } from '../../dockerfile/model.ts';
import { finalChain } from '../history-lines.ts';

/** Instructions that shape the final image, in order, those of the stages it continues included. */
export function finalInstructions(dockerfile: DockerfileModel | undefined): InstructionModel[] {
  return dockerfile === undefined ? [] : finalChain(dockerfile).flatMap(({ instructions }) => instructions);
}

/** The FROM that brings the base image into the final image. */
export function baseLine(dockerfile: DockerfileModel | undefined): number | undefined {
  return finalInstructions(dockerfile)[0]?.line;
}

/** The last instruction of a kind: the one in force. */
export function lastOf(dockerfile: DockerfileModel | undefined, keyword: string): InstructionModel | undefined {
  return finalInstructions(dockerfile).findLast((instruction) => instruction.keyword === keyword);
}

/** `a, b, c and 3 more`; never `and 1 more`, which is no shorter than the name. */
export function listed(names: readonly string[], max = 3): string {
  const shown = names.length === max + 1 ? names : names.slice(0, max);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
