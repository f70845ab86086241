import { Mark, type MarkKind } from '../../components/mark.tsx';
import type { StepState } from './step-runs.ts';

const marks: Partial<Record<StepState, MarkKind>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'passed',
  failed: 'failed',
  'not-run': 'skipped',
};

/** The mark of a step in the hand of the site's other marks; a word always stands beside it or is read out. */
export function StepMark({ state }: { state: StepState }) {
  const kind = marks[state];
  if (kind) return <Mark kind={kind} />;
  return (
    <svg
      class="mark mark-cached"
      viewBox="0 0 14 14"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {/* Taken from before: an arrow that comes round. */}
      <path d="M11.5 7 A4.5 4.5 0 1 1 9.8 3.5 M10.3 1 V3.9 H7.4" />
    </svg>
  );
}
