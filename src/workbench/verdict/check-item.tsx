import type { CheckReport, Report } from '../../../grader/contract/report.ts';
import { onSite } from '../../address.ts';
import { Mark } from '../../components/mark.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { strings } from '../../strings.ts';
import { SizeBar } from './size-bar.tsx';
import { sizeScale } from './size-scale.ts';

const words = strings.verdict;

interface Props {
  check: CheckReport;
  title: string;
  report: Report | undefined;
  /** Opened from the start: the first that failed. */
  open: boolean;
  onLine(line: number): void;
}

/** One check: a quiet line, and behind it what was expected, what was found, and why it matters. */
export function CheckItem({ check, title, report, open, onLine }: Props) {
  const scale = sizeScale(check, report);
  // A size is worth seeing whether it passed or not.
  const opened = open || scale !== undefined;
  return (
    <details class="check" data-status={check.status} data-check={check.id} open={opened}>
      <summary>
        <Mark kind={check.status} />
        <span class="check-title">{title}</span>
        <span class="check-actual">{check.status === 'skipped' ? words.status.skipped : check.actual}</span>
        <span class="visually-hidden">{words.status[check.status]}</span>
      </summary>
      <div class="check-body">
        {scale && <SizeBar {...scale} />}
        <dl>
          <dt>{words.found}</dt>
          <dd>
            <Sentence text={check.actual} />
          </dd>
          <dt>{words.expected}</dt>
          <dd>
            <Sentence text={check.expected} />
          </dd>
        </dl>
        <p>
          <Sentence text={check.message} />
        </p>
        {check.details && (
          <ul class="check-details">
            {check.details.map(({ line, ok, message }) => (
              <li key={`${line}${message}`}>
                <Mark kind={ok ? 'passed' : 'failed'} />
                <span>
                  <Sentence text={message} /> {line !== undefined && <LineButton line={line} onLine={onLine} />}
                </span>
              </li>
            ))}
          </ul>
        )}
        {check.why && (
          <p class="check-why">
            <span>{words.why}.</span> <Sentence text={check.why} />
          </p>
        )}
        <p class="check-links">
          {check.line !== undefined && <LineButton line={check.line} onLine={onLine} />}
          <a href={onSite(check.readMore ?? `/checks/${check.type}/`)}>{words.readMore}</a>
        </p>
      </div>
    </details>
  );
}

export function LineButton({ line, onLine }: { line: number; onLine(line: number): void }) {
  return (
    <button type="button" class="line-button number" onClick={() => onLine(line)}>
      {words.goToLine(line)}
    </button>
  );
}
