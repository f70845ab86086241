/** What a build did with each step of the graph. Pure; the same events give the same states. */
import type { DockerfileModel } from '../../dockerfile/read-dockerfile.ts';
import type { LiveVertex } from '../submission/live-vertexes.ts';
import { type GraphStage, type GraphStep, graphFacts } from './graph-facts.ts';

export type StepState = 'waiting' | 'running' | 'cached' | 'done' | 'failed' | 'not-run';

export interface StepRun {
  state: StepState;
  /** Time on it; 0 while it waits. */
  durationMs: number;
  /** Of a step that runs, ISO 8601. */
  startedAt: string | undefined;
}

/** By the keys of steps, so that a step keeps its state when the text around it is edited. */
export type StepRuns = ReadonlyMap<string, StepRun>;

export interface RunOf {
  vertexes: readonly LiveVertex[];
  /** Of the text that was built. */
  built: DockerfileModel;
  /** Nothing more will run. */
  over: boolean;
}

export function stepRuns({ vertexes, built, over }: RunOf): StepRuns {
  const stages = graphFacts(built).stages.filter((stage) => stage.reachable);
  const own = new Map<GraphStep, LiveVertex>();
  const shared = new Map<string, LiveVertex>();
  for (const stage of stages) {
    for (const step of stepsOf(stage)) {
      const vertex = vertexes.find((each) => isOf(each, stage, step));
      if (!vertex) continue;
      own.set(step, vertex);
      shared.set(step.chain, vertex);
    }
  }
  const runs = new Map<string, StepRun>();
  for (const step of stages.flatMap(stepsOf)) {
    // Two stages that begin alike are built once, and BuildKit tells only of one of them.
    const vertex = own.get(step) ?? shared.get(step.chain);
    runs.set(step.key, vertex ? runOf(vertex, over) : { ...idle, state: over ? 'not-run' : 'waiting' });
  }
  return runs;
}

const idle = { durationMs: 0, startedAt: undefined };

/** With FROM, where it brings an image. */
export function stepsOf(stage: GraphStage): GraphStep[] {
  const brings = stage.baseStage === undefined && stage.base !== 'scratch';
  return brings ? [stage.from, ...stage.steps] : stage.steps;
}

function isOf(vertex: LiveVertex, stage: GraphStage, step: GraphStep): boolean {
  return (
    vertex.line === step.line &&
    vertex.instruction === step.keyword &&
    vertex.stage === (stage.name ?? String(stage.index))
  );
}

function runOf(vertex: LiveVertex, over: boolean): StepRun {
  const { status, durationMs, startedAt, error = '' } = vertex;
  // What was stopped because another step failed, or because the learner cancelled, did nothing wrong.
  const stopped = status === 'running' ? over : /context canceled|^Canceled/.test(error);
  if (stopped) return { ...idle, state: 'not-run' };
  return { state: status, durationMs, startedAt };
}

export interface StageRun {
  state: StepState;
  durationMs: number;
  /** Steps that are over, of how many. */
  ended: number;
  steps: number;
}

/** A stage as its steps are; undefined when nothing of it was sent to a build. */
export function stageRun(stage: GraphStage, runs: StepRuns): StageRun | undefined {
  const known = stepsOf(stage).flatMap((step) => runs.get(step.key) ?? []);
  if (known.length === 0) return undefined;
  const has = (state: StepState) => known.some((run) => run.state === state);
  const all = (state: StepState) => known.every((run) => run.state === state);
  const ended = known.filter(({ state }) => state === 'cached' || state === 'done' || state === 'failed').length;
  const open = has('waiting') ? (ended > 0 ? 'running' : 'waiting') : has('not-run') ? 'not-run' : 'done';
  const state = has('failed') ? 'failed' : has('running') ? 'running' : allCached(known) ? 'cached' : open;
  const durationMs = known.reduce((sum, run) => sum + run.durationMs, 0);
  return { state: all('waiting') ? 'waiting' : state, durationMs, ended, steps: known.length };
}

/** A FROM is never called cached; of a stage whose own steps all are, everything was there. */
function allCached(runs: readonly StepRun[]): boolean {
  return runs.some(({ state }) => state === 'cached') && runs.slice(1).every(({ state }) => state === 'cached');
}
