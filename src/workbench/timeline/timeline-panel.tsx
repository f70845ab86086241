import { useMemo, useRef, useState } from 'preact/hooks';
import { Sentence } from '../../components/sentence.tsx';
import { formatDuration } from '../../format/bytes.ts';
import { hueOfStage, type ScannedStage } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import type { EditedFile } from '../line-marks.ts';
import { useNow } from '../stage-graph/use-now.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { StepRow } from './step-row.tsx';
import { StepTable } from './step-table.tsx';
import { type Timeline, type TimelineRow, ticksOf, timelineOf } from './timeline.ts';
import { TimelineLegend } from './timeline-legend.tsx';
import { pathSentence, savedSentence, timelineStrings as words } from './timeline-strings.ts';
import { useEarlierAttempts } from './use-earlier-attempts.ts';
import '../drawn.css';
import './timeline.css';

export interface TimelinePanelProps {
  /** Slug, to find the earlier attempts. */
  exercise: string;
  view: SubmissionView | undefined;
  stages: readonly ScannedStage[];
  edited: boolean;
  onLine(file: EditedFile, line: number): void;
}

/** The steps of the build on one scale of time: what ran side by side, what everything waited for, what was cached. */
export function TimelinePanel({ exercise, view, stages, edited, onLine }: TimelinePanelProps) {
  const earlier = useEarlierAttempts(exercise, view);
  const over = view === undefined || isOver(view.state);
  const vertexes = view?.vertexes ?? [];
  const running = !over && vertexes.some(({ status }) => status === 'running');
  const nowMs = useNow(running);
  const timeline = useMemo(() => timelineOf({ vertexes, earlier, nowMs }), [vertexes, earlier, nowMs]);
  const goTo = (line: number) => onLine('Dockerfile', line);
  return (
    <div class="drawn timeline">
      {timeline ? (
        <>
          <div class="timeline-words">
            <p>
              <Sentence text={pathSentence(timeline, running)} />
            </p>
            <p class="timeline-saved">
              {savedSentence(timeline)} {over && timeline.unknownSaved > 0 && words.unknownSaved(timeline.unknownSaved)}
            </p>
            {edited && <p class="timeline-saved">{strings.run.edited}</p>}
          </div>
          <Chart {...{ timeline, stages, goTo }} />
          <TimelineLegend timeline={timeline} />
        </>
      ) : (
        <p class="timeline-saved">{nothing(view, over)}</p>
      )}
      {vertexes.length > 0 && <StepTable vertexes={vertexes} timeline={timeline} />}
    </div>
  );
}

function nothing(view: SubmissionView | undefined, over: boolean): string {
  if (!view) return words.none;
  if (!over) return words.waiting;
  return view.vertexes.length > 0 ? words.noTimes : words.nothingRan;
}

interface ChartProps {
  timeline: Timeline;
  stages: readonly ScannedStage[];
  goTo(line: number): void;
}

/** One stop for Tab; arrows go from step to step. */
function Chart({ timeline, stages, goTo }: ChartProps) {
  const list = useRef<HTMLDivElement>(null);
  const [reached, setReached] = useState<TimelineRow['key']>();
  const rows = timeline.groups.flatMap((group) => group.rows);
  const stop = rows.some((row) => row.key === reached) ? reached : rows[0]?.key;
  const press = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('.timeline-row') ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const target = targets[event.key];
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    buttons[target]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows in it are the buttons; it only hears their arrow keys.
    <div class="timeline-chart" ref={list} onKeyDown={press}>
      <Scale timeline={timeline} />
      {timeline.groups.map((group) => (
        <section
          key={group.stage ?? ''}
          class="timeline-group"
          data-stage={hueOfStage(group.stage, stages)}
          aria-label={groupLabel(group.stage)}
        >
          <p class="timeline-stage">
            <strong>{groupLabel(group.stage)}</strong>
            <span>{formatDuration(group.endMs - group.startMs)}</span>
          </p>
          <ol>
            {group.rows.map((row) => (
              <li key={row.key}>
                <StepRow
                  {...{ row, goTo }}
                  scaleMs={timeline.scaleMs}
                  stop={row.key === stop}
                  onReach={() => setReached(row.key)}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

const groupLabel = (stage: string | undefined) =>
  stage === undefined ? words.own : /^\d+$/.test(stage) ? words.stage(stage) : stage;

function Scale({ timeline: { scaleMs } }: { timeline: Timeline }) {
  return (
    <div class="timeline-scale" aria-hidden="true">
      <div class="timeline-track">
        {ticksOf(scaleMs).map((ms) => (
          <span key={ms} class="timeline-tick" style={{ left: `${(ms / scaleMs) * 100}%` }}>
            {tickText(ms)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Round times need no tenths. */
const tickText = (ms: number) => (ms % 1000 === 0 && ms < 60_000 ? `${ms / 1000}\u202fs` : formatDuration(ms));
