import { errorPage } from '../../../grader/contract/error-page.ts';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { CheckReport, Report } from '../../../grader/contract/report.ts';
import { onSite } from '../../address.ts';
import { Mark } from '../../components/mark.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { formatDuration } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import type { EditedFile } from '../line-marks.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { CheckItem, LineButton } from './check-item.tsx';
import { Hints } from './hints.tsx';
import { ScoreView } from './score-view.tsx';

const words = strings.verdict;

interface Props {
  exercise: Exercise;
  view: SubmissionView | undefined;
  /** The files differ from what was judged. */
  edited: boolean;
  onLine(file: EditedFile, line: number): void;
  onReadAfter(): void;
}

export function VerdictView({ exercise, view, edited, onLine, onReadAfter }: Props) {
  const failed = new Set(view?.checks.filter((check) => check.status === 'failed').map((check) => check.id));
  return (
    <div class="verdict" data-attempt={view?.attempt}>
      {view ? <Summary view={view} all={exercise.checks.length} /> : <p class="verdict-none">{noneText(exercise)}</p>}
      {edited && view && isOver(view.state) && <p class="verdict-note">{strings.run.edited}</p>}
      {view?.verdict === 'passed' && (
        <p>
          <button type="button" class="button" onClick={onReadAfter}>
            {words.readAfter}
          </button>
        </p>
      )}
      {view?.report?.score && <ScoreView exercise={exercise} submission={view.id} score={view.report.score} />}
      {view?.report && <BuildProblems report={view.report} onLine={onLine} />}
      <Checks exercise={exercise} view={view} onLine={(line) => onLine('Dockerfile', line)} />
      {view?.report && <Advice report={view.report} onLine={onLine} />}
      {view?.report?.catalogue.source === 'stand-in' && <p class="verdict-note">{words.standIn}</p>}
      {view?.verdict !== 'passed' && <Hints hints={exercise.hints} failedChecks={failed} />}
    </div>
  );
}

const noneText = (exercise: Exercise) => (exercise.checks.length > 0 ? strings.run.noneText : strings.run.noneNoChecks);

function Summary({ view, all }: { view: SubmissionView; all: number }) {
  const passed = view.checks.filter((check) => check.status === 'passed').length;
  const skipped = view.checks.filter((check) => check.status === 'skipped').length;
  const total = Math.max(all, view.checks.length);
  if (view.state === 'cancelled') return <Line title={strings.run.cancelled} text={strings.run.cancelledText} />;
  if (view.verdict === 'grader_error')
    return <Line title={words.grader_error} text={`${view.message ?? ''} ${words.graderErrorText}`.trim()} />;
  const counts = [words.count(passed, total)];
  if (skipped > 0) counts.push(words.notJudged(skipped));
  if (view.report && view.report.build.durationMs > 0) counts.push(formatDuration(view.report.build.durationMs));
  return (
    <Line title={view.verdict ? words[view.verdict] : strings.run.attempt(view.attempt)} text={counts.join(' · ')} />
  );
}

function Line({ title, text }: { title: string; text: string }) {
  return (
    <div class="verdict-summary">
      <h2>{title}</h2>
      <p class="number">{text}</p>
    </div>
  );
}

/** What is wrong with the text or stopped the build, before any check: it explains most of what follows. */
function BuildProblems({ report, onLine }: { report: Report; onLine: Props['onLine'] }) {
  const { error, findings } = report.build;
  const page = error && errorPage(error.code);
  const others = findings.filter((finding) => finding.line !== error?.line || finding.message !== error?.message);
  return (
    <>
      {error && (
        <section class="build-error" aria-label={words.buildError}>
          <p>
            <strong>
              <Sentence text={error.message} />
            </strong>{' '}
            {error.line !== undefined && <LineButton line={error.line} onLine={(line) => onLine('Dockerfile', line)} />}
          </p>
          {error.hint && (
            <p>
              <Sentence text={error.hint} />
            </p>
          )}
          {page && (
            <p>
              <a href={onSite(page)}>{words.readMoreOfError}</a>
            </p>
          )}
          {error.raw && (
            <details>
              <summary>{words.rawError}</summary>
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
                tabIndex={0}
              >
                {error.raw}
              </pre>
            </details>
          )}
        </section>
      )}
      {others.length > 0 && (
        <section class="problems" aria-label={words.problems}>
          <h3>{words.problems}</h3>
          <ul>
            {others.map((finding) => (
              <li key={`${finding.file}${finding.line}${finding.column}${finding.rule}`}>
                <Mark kind={finding.severity === 'error' ? 'failed' : 'warning'} />
                <span>
                  <Sentence text={finding.message} />
                </span>
                <button type="button" class="line-button number" onClick={() => onLine(finding.file, finding.line)}>
                  {finding.file === 'Dockerfile' ? '' : `${finding.file} `}
                  {words.goToLine(finding.line)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Checks({
  exercise,
  view,
  onLine,
}: {
  exercise: Exercise;
  view: SubmissionView | undefined;
  onLine(line: number): void;
}) {
  const reports = new Map(view?.checks.map((check) => [check.id, check]));
  // When the build failed its error is explained above; the check that says so need not say it again.
  const explained = view?.report?.build.error ? 'builds' : undefined;
  const firstFailed = view?.checks.find((check) => check.status === 'failed' && check.type !== explained)?.id;
  const known = new Set(exercise.checks.map((check) => check.id));
  const extra = view?.checks.filter((check) => !known.has(check.id)) ?? [];
  const item = (check: CheckReport, title: string) => (
    <CheckItem
      // Made anew with the report, so that what is opened first follows what is known then.
      key={`${view?.id}-${check.id}-${check.status}-${view?.report !== undefined}`}
      check={check}
      title={title}
      report={view?.report}
      open={check.id === firstFailed}
      onLine={onLine}
    />
  );
  return (
    <div class="checks">
      {exercise.checks.map((planned) => {
        const report = reports.get(planned.id);
        if (report) return item(report, planned.title);
        return <Waiting key={planned.id} title={planned.title} expected={planned.expected} />;
      })}
      {extra.map((check) => item(check, check.title ?? check.expected))}
    </div>
  );
}

/** A check that has not been judged: what it will look for. */
function Waiting({ title, expected }: { title: string; expected: string }) {
  return (
    <details class="check" data-status="waiting">
      <summary>
        <Mark kind="waiting" />
        <span class="check-title">{title}</span>
        <span class="visually-hidden">{words.status.waiting}</span>
      </summary>
      <div class="check-body">
        <dl>
          <dt>{words.expected}</dt>
          <dd>
            <Sentence text={expected} />
          </dd>
        </dl>
      </div>
    </details>
  );
}

function Advice({ report, onLine }: { report: Report; onLine: Props['onLine'] }) {
  if (!report.advice || report.advice.length === 0) return null;
  return (
    <section class="problems" aria-label={words.advice}>
      <h3>{words.advice}</h3>
      <ul>
        {report.advice.map((advice) => (
          <li key={`${advice.line}${advice.message}`}>
            <Mark kind="warning" />
            <span>
              <Sentence text={advice.message} />
            </span>
            {advice.line !== undefined && (
              <LineButton line={advice.line} onLine={(line) => onLine('Dockerfile', line)} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
