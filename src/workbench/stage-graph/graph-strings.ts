/** Texts of the stage graph. */
import { formatBytes, formatDuration } from '../../format/bytes.ts';
import type { EdgeKind, GraphEdge, GraphFacts, GraphStage } from './graph-facts.ts';
import type { SizeFloor } from './size-floor.ts';
import type { StepState } from './step-runs.ts';

const listed = new Intl.ListFormat('en', { type: 'conjunction' });

export const graphStrings = {
  tab: 'Graph',
  loading: 'Fetching the drawing',
  unfetched: 'This drawing could not be fetched. Reload the page; nothing of your work is lost.',
  empty: 'No stage yet. A Dockerfile begins with FROM and the name of an image.',
  stale: {
    'no-from': 'nothing can come before the first FROM',
    keyword: 'it does not begin with an instruction that Docker knows',
    base: 'its FROM names no image',
    long: 'the text is longer than the grader takes',
  },
  staleNote: (why: string) => `: ${why}. The graph still shows the last text that could be read.`,
  stage: (index: number) => `stage ${index}`,
  shipped: 'shipped',
  unused: 'not needed',
  unusedLong: 'what is shipped does not need it, so it is not built',
  steps: 'Steps',
  more: (count: number) => `and ${count} more`,
  line: (line: number) => `line ${line}`,
  ofSteps: (ended: number, steps: number) => `${ended} of ${steps}`,
  kinds: { base: 'FROM', copy: 'COPY --from', mount: 'RUN --mount=from' } satisfies Record<EdgeKind, string>,
  states: {
    waiting: 'waiting',
    running: 'running',
    cached: 'cached',
    done: 'done',
    failed: 'failed',
    'not-run': 'not run',
  } satisfies Record<StepState, string>,
  legend: 'What the lines and marks mean',
  edited: 'Marks and times are those of the last build; you have edited since.',
  sizes: { notReady: 'size not known yet', unknown: 'not in the catalogue', scratch: 'nothing' },
} as const;

/** A stage as people call it. */
export const stageLabel = ({ name, index }: Pick<GraphStage, 'name' | 'index'>) => name ?? graphStrings.stage(index);

/** What the image will weigh at least, in a sentence in which `backticks` mean code. */
export function floorSentence(floor: SizeFloor): string {
  switch (floor.kind) {
    case 'none':
      return '';
    case 'scratch':
      return 'The image begins with nothing, so it weighs what you copy into it.';
    case 'known':
      return `The image weighs at least ${formatBytes(floor.bytes)}: that is its base, \`${floor.image}\`.`;
    case 'not-ready':
      return `What the image weighs at least is not known yet: \`${floor.image}\` is still being made ready.`;
    case 'unknown':
      return `What the image weighs at least is not known: \`${floor.image.slice(0, 100)}\` is not in the catalogue.`;
  }
}

/** The whole graph in words. */
export function graphSentence({ stages, images, edges }: GraphFacts): string {
  const count = stages.length === 1 ? '1 stage' : `${stages.length} stages`;
  const parts = stages.map((stage) => stageSentence(stage, { edges, stages, images }));
  return `Stage graph of ${count}. ${parts.join('. ')}.`;
}

function stageSentence(stage: GraphStage, facts: GraphFacts): string {
  const needs = needsOf(stage, facts);
  const fate = stage.final ? ', is shipped' : stage.reachable ? '' : ', is not needed';
  return `${stageLabel(stage)} begins from ${stage.base}${needs === '' ? '' : `, ${needs}`}${fate}`;
}

/** `copies from build and test, mounts tools`; empty for a stage that needs no other. */
export function needsOf(stage: GraphStage, { edges, stages, images }: GraphFacts): string {
  const into = edges.filter((edge) => edge.to === stage.id);
  const from = (kind: EdgeKind) =>
    into.filter((edge) => edge.kind === kind).map((edge) => sourceLabel(edge, { stages, images }));
  const copied = from('copy');
  const mounted = from('mount');
  return [
    copied.length > 0 ? `copies from ${listed.format(copied)}` : '',
    mounted.length > 0 ? `mounts ${listed.format(mounted)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function sourceLabel(edge: GraphEdge, { stages, images }: Pick<GraphFacts, 'stages' | 'images'>): string {
  const stage = edge.source === undefined ? undefined : stages[edge.source];
  return stage ? stageLabel(stage) : (images.find((image) => image.id === edge.from)?.name ?? edge.from);
}

export const runWords = (state: StepState, durationMs: number) =>
  durationMs > 0 ? `${graphStrings.states[state]}, ${formatDuration(durationMs)}` : graphStrings.states[state];
