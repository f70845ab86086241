/** Which steps there are to predict, what came true, and what the cache saved. Pure. */
import type { PredictedStep, RebuildResult, RebuiltStep } from '../../../grader/contract/rebuild.ts';
import type { StageReport, VertexReport } from '../../../grader/contract/report.ts';

/** A step of the last build, as it can be predicted. */
export interface LabStep {
  line: number;
  /** The instruction as BuildKit names it. */
  text: string;
  stage: LabStage | undefined;
}

export interface LabStage {
  name: string;
  /** Its number in the file, which gives it its colour. */
  index: number;
}

const instructions = ['RUN', 'COPY', 'ADD'];
const BRACKETS = /^\[[^\]]*\] /;

/** In the order of the file; a line that several stages share once. */
export function stepsToPredict(vertexes: readonly VertexReport[], stages: readonly StageReport[]): LabStep[] {
  const steps = new Map<number, LabStep>();
  for (const { name, instruction, line } of vertexes) {
    if (line === undefined || instruction === undefined || !instructions.includes(instruction)) continue;
    if (!steps.has(line)) steps.set(line, { line, text: name.replace(BRACKETS, ''), stage: stageOf(line, stages) });
  }
  return [...steps.values()].sort((a, b) => a.line - b.line);
}

/** The stage that a line stands in. */
export function stageOf(line: number, stages: readonly StageReport[]): LabStage | undefined {
  const found = stages.filter((stage) => stage.line <= line).toSorted((a, b) => b.line - a.line)[0];
  // Without a name of its own it is called as in the log.
  return found && { name: /^\d+$/.test(found.name) ? `stage-${found.name}` : found.name, index: found.index };
}

export interface ComparedStep extends RebuiltStep {
  says: PredictedStep['says'] | undefined;
  right: boolean;
}

export interface Comparison {
  steps: ComparedStep[];
  right: number;
  predicted: number;
}

export function compare(predicted: readonly PredictedStep[], steps: readonly RebuiltStep[]): Comparison {
  const compared = steps.map((step) => {
    const says = predicted.find(({ line }) => line === step.line)?.says;
    return { ...step, says, right: says === step.did };
  });
  const judged = compared.filter(({ says }) => says !== undefined);
  return { steps: compared, right: judged.filter(({ right }) => right).length, predicted: judged.length };
}

export interface Saved {
  /** What the steps that came from the cache took when they last ran, as far as it is known. */
  milliseconds: number;
  /** Cached steps that came from the cache in the first build as well: nobody knows here how long they take. */
  unknown: number;
}

export function savedBy(result: RebuildResult, first: readonly VertexReport[]): Saved {
  const cached = result.steps.filter(({ did }) => did === 'cached');
  const took = cached.map(({ line }) => first.filter((vertex) => vertex.line === line && !vertex.cached));
  const milliseconds = took.flat().reduce((sum, { durationMs }) => sum + durationMs, 0);
  return { milliseconds, unknown: took.filter((vertexes) => vertexes.length === 0).length };
}
