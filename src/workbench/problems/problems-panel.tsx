import { useMemo, useState } from 'preact/hooks';
import type { Fix, Problem } from '../../dockerfile/problem.ts';
import { strings } from '../../strings.ts';
import type { EditedFile } from '../line-marks.ts';
import { byGravity, countProblems } from './problem-counts.ts';
import './problems.css';

interface Props {
  problems: readonly Problem[];
  /** Open from the beginning, where there are no marks in the text to look at. */
  open: boolean;
  onLine(file: EditedFile, line: number): void;
  onFix(file: EditedFile, fix: Fix): void;
}

const words = strings.problems;

/** What the rules say about the files, as a list under the editor: the same for Monaco and for the plain text area. */
export function ProblemsPanel({ problems, open: openAtFirst, onLine, onFix }: Props) {
  const [open, setOpen] = useState(openAtFirst);
  const sorted = useMemo(() => byGravity(problems), [problems]);
  const count = countProblems(problems);
  const [first] = sorted;
  return (
    <section class="problems" aria-label={words.title} data-gravest={first?.severity}>
      <button
        type="button"
        class="problems-head"
        aria-expanded={open}
        aria-controls="problems-list"
        onClick={() => setOpen(!open)}
      >
        <span class="problems-mark" data-severity={first?.severity ?? 'none'} aria-hidden="true" />
        <span class="problems-title">{words.title}</span>
        <span class="problems-count">{count}</span>
        {!open && first && <span class="problems-first">{first.message}</span>}
      </button>
      <p class="visually-hidden" role="status">
        {count}
      </p>
      <ul class="problems-list" id="problems-list" hidden={!open}>
        {sorted.length === 0 && <li class="problems-none">{words.noneLong}</li>}
        {sorted.map((problem, index) => (
          <ProblemItem key={`${index}`} problem={problem} onLine={onLine} onFix={onFix} />
        ))}
      </ul>
    </section>
  );
}

function ProblemItem({ problem, onLine, onFix }: Pick<Props, 'onLine' | 'onFix'> & { problem: Problem }) {
  const { severity, file, line, message, rule, readMore, fixes } = problem;
  return (
    <li class="problem" data-severity={severity} data-rule={rule}>
      <button type="button" class="problem-line" onClick={() => onLine(file, line)}>
        <span class="problems-mark" data-severity={severity} aria-hidden="true" />
        <span class="problem-place">{words.place(file, line)}</span>
        <span class="visually-hidden">{words.severity[severity]}: </span>
        <span>{message}</span>
      </button>
      <p class="problem-ways">
        {fixes.map((fix) => (
          <button key={fix.title} type="button" class="problem-fix" onClick={() => onFix(file, fix)}>
            {fix.title}
          </button>
        ))}
        {readMore ? (
          <a href={readMore} target="_blank" rel="noreferrer" aria-label={words.readMore(rule)}>
            {rule}
          </a>
        ) : (
          <span class="problem-rule">{rule}</span>
        )}
      </p>
    </li>
  );
}
