/** Everywhere that one stage is named: its AS, FROMs that continue it, COPY --from and RUN --mount=from. */

import { Findings } from '../../../../grader/dockerfile/findings.ts';
import { findNamedStage } from '../../../../grader/dockerfile/stage-graph.ts';
import type { Place } from '../../../dockerfile/problem.ts';
import { type InstructionModel, readDockerfile, type StageModel } from '../../../dockerfile/read-dockerfile.ts';

export interface StageReference {
  /** Index of the stage that is meant. */
  stage: number;
  at: Place;
}

/** Of all named stages, in the order of lines; references by number stay as they are. */
export function stageReferences(text: string): StageReference[] {
  const { stages, instructions } = readDockerfile(text);
  const places = new Findings('Dockerfile', text);
  const references: StageReference[] = [];
  const add = (stage: number | undefined, found: { within: InstructionModel; written: string; prefix?: string }) => {
    const { within, written, prefix = '' } = found;
    const at = places.place(within, `${prefix}${written}`);
    if (stage === undefined || at === within || stages[stage]?.name !== written.toLowerCase()) return;
    references.push({ stage, at: { ...at, column: at.column + prefix.length } });
  };
  for (const instruction of [...instructions, ...instructions.flatMap(({ onbuild }) => onbuild ?? [])]) {
    if (instruction.keyword === 'FROM') addFrom(stages[instruction.stage ?? -1], add);
    const from = instruction.copy?.from;
    if (from !== undefined) add(instruction.copy?.fromStage, { within: instruction, written: from, prefix: 'from=' });
    for (const mount of instruction.mounts) {
      if (!mount.from) continue;
      add(findNamedStage(mount.from, stages), { within: instruction, written: mount.from, prefix: 'from=' });
    }
  }
  return references;
}

function addFrom(
  stage: StageModel | undefined,
  add: (stage: number | undefined, found: { within: InstructionModel; written: string; prefix?: string }) => void,
): void {
  const from = stage?.instructions[0];
  if (stage === undefined || from === undefined) return;
  add(stage.baseStage, { within: from, written: from.words?.[0] ?? '' });
  // After AS, so that a stage called like its image is not mistaken for it.
  if (stage.name !== undefined)
    add(stage.index, { within: from, written: from.words?.[2] ?? '', prefix: `${from.words?.[1]} ` });
}

export const holds = (at: Place, { line, column }: { line: number; column: number }) =>
  at.line === line && at.column <= column && column <= at.endColumn;
