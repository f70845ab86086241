/** What the second build did with each step, and why. */

import type { VertexReport } from '../../contract/report.ts';
import type { DockerfileModel, InstructionModel } from '../../dockerfile/model.ts';
import { type RebuiltStep, readSteps } from '../cache/rebuilt-steps.ts';
import { instructionAt, stageTitle } from '../dockerfile-walk.ts';
import { quote } from '../show.ts';
import type { Word } from './predictions.ts';

export interface Outcome {
  did: Word;
  /** The rest of a sentence after a colon. */
  because: string;
}

interface Rebuilt {
  dockerfile: DockerfileModel | undefined;
  vertexes: readonly VertexReport[];
  edit: string;
}

/** By the line of the instruction. */
export function outcomesOf({ dockerfile, vertexes, edit }: Rebuilt): Map<number, Outcome> {
  const steps = readSteps(vertexes, dockerfile);
  const outcomes = new Map<number, Outcome>();
  for (const step of steps) {
    const line = instructionAt(dockerfile, step.line)?.line;
    if (line === undefined) continue;
    // A step that several stages share is one vertex; one that ran again anywhere ran again.
    if (outcomes.get(line)?.did === 'runs') continue;
    outcomes.set(line, outcomeOf(step, { steps, dockerfile, edit }));
  }
  for (const stage of dockerfile?.stages ?? []) {
    if (stage.reachable) continue;
    const because = `nothing that is shipped needs ${stageTitle(stage)}`;
    for (const { line } of stage.instructions) outcomes.set(line, { did: 'skipped', because });
  }
  addTwins(outcomes, dockerfile);
  addUnnamed(outcomes, { dockerfile, edit });
  return outcomes;
}

/** BuildKit doesn't always name a step whose result it has; where one below it was done, it can only have been cached. */
function addUnnamed(outcomes: Map<number, Outcome>, { dockerfile, edit }: Pick<Rebuilt, 'dockerfile' | 'edit'>): void {
  const because = `neither it nor anything above it in its stage reads ${edit}`;
  for (const { instructions } of dockerfile?.stages ?? []) {
    const last = instructions.findLastIndex(({ line }) => outcomes.has(line));
    for (const { keyword, line, vertexNumber } of instructions.slice(0, Math.max(0, last))) {
      const makesStep = vertexNumber !== undefined && keyword !== 'FROM';
      if (makesStep && !outcomes.has(line)) outcomes.set(line, { did: 'cached', because });
    }
  }
}

/** Two stages that do the same on the same base share their steps: BuildKit tells of one of them only. */
function addTwins(outcomes: Map<number, Outcome>, dockerfile: DockerfileModel | undefined): void {
  const instructions = dockerfile?.instructions ?? [];
  for (const { line, keyword, text } of instructions) {
    if (outcomes.has(line)) continue;
    const twin = instructions.find((each) => each.keyword === keyword && each.text === text && outcomes.has(each.line));
    const outcome = twin && outcomes.get(twin.line);
    if (outcome !== undefined && outcome.did !== 'skipped') outcomes.set(line, outcome);
  }
}

interface Among {
  steps: readonly RebuiltStep[];
  dockerfile: DockerfileModel | undefined;
  edit: string;
}

function outcomeOf(step: RebuiltStep, { steps, dockerfile, edit }: Among): Outcome {
  const instruction = instructionAt(dockerfile, step.line);
  if (step.cached) {
    const from = instruction?.copy?.from;
    const because =
      from === undefined
        ? `neither it nor anything above it in its stage reads ${edit}`
        : `what it takes from ${quote(from, 40)} is the same as before`;
    return { did: 'cached', because };
  }
  const cause = steps.find(({ stage, number, cached }) => stage === step.stage && number < step.number && !cached);
  if (cause !== undefined)
    return { did: 'runs', because: `${cause.title} above it ran again, and every step below it does too` };
  return { did: 'runs', because: reasonOf(instruction, edit) };
}

function reasonOf(instruction: InstructionModel | undefined, edit: string): string {
  const from = instruction?.copy?.from;
  if (from !== undefined) return `what it takes from ${quote(from, 40)} is not the same as before`;
  if (instruction?.copy !== undefined) return `it takes ${edit} in`;
  return 'it stands on a stage that changed, or reads what changed';
}
