import { useEffect, useState } from 'preact/hooks';
import type { Phase } from '../../../grader/contract/submission.ts';
import { formatSeconds } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import type { Connection } from './follow-submission.ts';
import { isOver, type SubmissionView } from './submission-state.ts';

const phases = ['admit', 'prepare', 'build', 'evidence', 'judge'] as const satisfies readonly Phase[];

interface Props {
  view: SubmissionView | undefined;
  connection: Connection;
}

/** Where the submission is: five segments and one line of text, whose place is kept whether or not anything runs. */
export function ProgressStrip({ view, connection }: Props) {
  const at = view?.phase === undefined ? -1 : phases.indexOf(view.phase);
  const over = view !== undefined && isOver(view.state);
  return (
    <div class="progress">
      <ol aria-label={strings.run.phasesLabel}>
        {phases.map((phase, index) => {
          const state = phaseState(index, at, view, over);
          return (
            <li key={phase} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              <span>{strings.run.phases[phase]}</span>
              {state === 'done' && <span class="visually-hidden">{strings.run.phaseDone}</span>}
            </li>
          );
        })}
      </ol>
      <p class="progress-text">
        <span role="status">{statusText(view, connection)}</span>
        {view && !over && connection !== 'gone' && <Elapsed since={view.createdAt} />}
      </p>
    </div>
  );
}

function phaseState(
  index: number,
  at: number,
  view: SubmissionView | undefined,
  over: boolean,
): 'waiting' | 'now' | 'done' {
  if (view?.state === 'finished' && (view.verdict === 'passed' || view.verdict === 'failed')) return 'done';
  if (index < at) return 'done';
  return index === at && !over ? 'now' : 'waiting';
}

function statusText(view: SubmissionView | undefined, connection: Connection): string {
  if (!view) return strings.run.none;
  if (connection === 'gone') return strings.run.gone;
  if (connection === 'lost' && !isOver(view.state)) return strings.run.lost;
  if (view.state === 'cancelled') return strings.run.cancelled;
  if (view.state === 'finished') return view.verdict ? strings.verdict[view.verdict] : '';
  if (view.state === 'queued') {
    return view.queuePosition === undefined ? strings.run.queued : strings.run.queuedAt(view.queuePosition);
  }
  const restarted = view.restartReason ? `${strings.run.restarted}: ${view.restartReason}. ` : '';
  const phase = view.phase ? strings.run.phases[view.phase] : strings.run.attempt(view.attempt);
  return `${restarted}${view.phaseDetail ?? phase}`;
}

function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - Date.parse(since)) / 1000);
  if (!(seconds > 0)) return null;
  return (
    <span class="number" aria-hidden="true">
      {formatSeconds(seconds)}
    </span>
  );
}
