import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { SubmissionSummary } from '../../../grader/contract/submission.ts';
import { Mark, type MarkKind } from '../../components/mark.tsx';
import { formatBytes, formatDuration } from '../../format/bytes.ts';
import type { SubmissionView } from '../submission/submission-state.ts';
import { limitIn } from '../verdict/size-scale.ts';
import { AttemptChart, type ChartPoint } from './attempt-chart.tsx';
import './attempts.css';
import { attemptStrings as words } from './strings.ts';
import { useAttempts } from './use-attempts.ts';

interface Props {
  exercise: Pick<Exercise, 'slug' | 'checks'>;
  view: SubmissionView | undefined;
  /** The attempt that was opened again; undefined while the newest is followed. */
  opened: string | undefined;
  onOpen(id: string): void;
}

/** How size and time went over the attempts, and the way back to each of them. */
export function AttemptsView({ exercise, view, opened, onOpen }: Props) {
  const attempts = useAttempts(exercise.slug, `${view?.id} ${view?.state}`);
  if (attempts.length === 0) return <p class="attempts-none">{words.none}</p>;
  const oldestFirst = [...attempts].reverse();
  const points = (figure: (attempt: SubmissionSummary) => number | undefined): ChartPoint[] =>
    oldestFirst.flatMap((each) => {
      const value = figure(each);
      const { id, attempt } = each;
      return value === undefined ? [] : [{ id, attempt, value, passed: each.verdict === 'passed' }];
    });
  const sizes = points(({ sizeBytes }) => sizeBytes);
  const rebuilds = points(({ rebuildSeconds }) => rebuildSeconds);
  const check = exercise.checks.find(({ type }) => type === 'size');
  const allowed = check && limitIn(check.expected);
  const target = allowed === undefined ? undefined : { value: allowed, label: words.allowed(formatBytes(allowed)) };
  return (
    <div class="attempts">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      {sizes.length > 0 && (
        <AttemptChart title={words.size} points={sizes} format={formatBytes} target={target} shown={view?.id} />
      )}
      {rebuilds.length > 0 && (
        <AttemptChart title={words.rebuild} points={rebuilds} format={words.seconds} shown={view?.id} />
      )}
      <AttemptTable {...{ attempts, view, opened, onOpen }} rebuilds={rebuilds.length > 0} />
      <p class="attempts-note">{words.buildNote}</p>
    </div>
  );
}

interface TableProps extends Pick<Props, 'view' | 'opened' | 'onOpen'> {
  attempts: readonly SubmissionSummary[];
  rebuilds: boolean;
}

function AttemptTable({ attempts, view, opened, onOpen, rebuilds }: TableProps) {
  const { columns } = words;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{columns.attempt}</th>
          <th scope="col">{columns.verdict}</th>
          <th scope="col">{columns.size}</th>
          <th scope="col">{columns.build}</th>
          {rebuilds && <th scope="col">{columns.rebuild}</th>}
        </tr>
      </thead>
      <tbody>
        {attempts.map((each) => (
          <tr key={each.id} data-shown={each.id === view?.id ? '' : undefined}>
            <th scope="row">
              <button
                type="button"
                class="line-button number"
                aria-label={words.open(each.attempt)}
                aria-current={each.id === opened ? 'true' : undefined}
                title={new Date(each.createdAt).toLocaleString()}
                onClick={() => onOpen(each.id)}
              >
                {words.attempt(each.attempt)}
              </button>
              {each.id === view?.id && <span class="attempt-shown"> {words.shown}</span>}
            </th>
            <td>
              <Mark kind={markOf(each)} /> {verdictText(each)}
            </td>
            <td class="number">{each.sizeBytes === undefined ? '–' : formatBytes(each.sizeBytes)}</td>
            <td class="number">{each.buildMs ? formatDuration(each.buildMs) : '–'}</td>
            {rebuilds && (
              <td class="number">{each.rebuildSeconds === undefined ? '–' : words.seconds(each.rebuildSeconds)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function verdictText({ state, verdict }: SubmissionSummary): string {
  if (state !== 'finished') return words[state];
  return verdict ? words.verdicts[verdict] : '';
}

function markOf({ state, verdict }: SubmissionSummary): MarkKind {
  if (state === 'queued') return 'waiting';
  if (state === 'grading') return 'running';
  if (state === 'cancelled' || verdict === 'grader_error') return 'skipped';
  return verdict === 'passed' ? 'passed' : 'failed';
}
