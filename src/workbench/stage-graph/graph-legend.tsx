import type { EdgeKind, GraphFacts } from './graph-facts.ts';
import { graphStrings as words } from './graph-strings.ts';
import { StepMark } from './step-mark.tsx';
import type { StepRuns, StepState } from './step-runs.ts';

const kinds = ['base', 'copy', 'mount'] as const satisfies readonly EdgeKind[];
const states = ['waiting', 'running', 'cached', 'done', 'failed', 'not-run'] as const satisfies readonly StepState[];

/** Only of what is on screen. */
export function GraphLegend({ facts, runs }: { facts: GraphFacts; runs: StepRuns }) {
  const drawn = kinds.filter((kind) => facts.edges.some((edge) => edge.kind === kind));
  const marked = states.filter((state) => [...runs.values()].some((run) => run.state === state));
  if (drawn.length + marked.length === 0) return null;
  return (
    <ul class="drawn-legend graph-legend" aria-label={words.legend}>
      {drawn.map((kind) => (
        <li key={kind}>
          <svg width="28" height="10" aria-hidden="true" data-kind={kind}>
            <path class="graph-line" d="M1,5H21" />
            <path class="graph-arrow" d="M21,1L21,9L28,5Z" />
          </svg>
          <code>{words.kinds[kind]}</code>
        </li>
      ))}
      {marked.map((state) => (
        <li key={state} data-state={state}>
          <StepMark state={state} />
          {words.states[state]}
        </li>
      ))}
    </ul>
  );
}
