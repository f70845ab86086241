import { formatBytes, formatDuration } from '../../format/bytes.ts';
import { stepText } from './saved-time.ts';
import type { TimelineRow } from './timeline.ts';
import { rowWords, stateOf, timelineStrings as words } from './timeline-strings.ts';

interface Props {
  row: TimelineRow;
  scaleMs: number;
  /** Tab stops here. */
  stop: boolean;
  onReach(): void;
  goTo(line: number): void;
}

/** One step: what it does, how long it took, and its bar on the common scale. */
export function StepRow({ row, scaleMs, stop, onReach, goTo }: Props) {
  const { vertex, text, startMs, endMs, saved, critical } = row;
  const state = stateOf(vertex);
  const { line } = vertex;
  return (
    <button
      type="button"
      class="timeline-row"
      tabIndex={stop ? 0 : -1}
      title={stepText(vertex.name)}
      data-state={state}
      data-critical={critical ? '' : undefined}
      aria-disabled={line === undefined ? 'true' : undefined}
      onFocus={onReach}
      onClick={() => line !== undefined && goTo(line)}
    >
      <code>{text}</code>
      <span class="timeline-took" aria-hidden="true">
        {tookText(row)}
      </span>
      <span class="timeline-track" aria-hidden="true">
        {saved && <span class="timeline-ghost" style={span(startMs, startMs + saved.ms, scaleMs)} />}
        {endMs > startMs && <span class="timeline-bar" style={span(startMs, endMs, scaleMs)} />}
      </span>
      <span class="visually-hidden">, {rowWords(row)}</span>
    </button>
  );
}

function tookText({ vertex, saved, startMs, endMs }: TimelineRow): string {
  const state = stateOf(vertex);
  if (saved) return `${words.states.cached}, \u2212${formatDuration(saved.ms)}`;
  if (state === 'cached' || state === 'stopped') return words.states[state];
  const took = formatDuration(vertex.startedAt === undefined ? vertex.durationMs : endMs - startMs);
  if (state === 'failed' || state === 'running') return `${words.states[state]}, ${took}`;
  return vertex.transferredBytes === undefined ? took : `${formatBytes(vertex.transferredBytes)}, ${took}`;
}

const span = (startMs: number, endMs: number, scaleMs: number) => ({
  left: `${(startMs / scaleMs) * 100}%`,
  width: `${((endMs - startMs) / scaleMs) * 100}%`,
});
