import { useMemo, useState } from 'preact/hooks';
import type { Fix, Problem } from '../../dockerfile/problem.ts';
import type { EditedFile } from '../line-marks.ts';
import { byGravity, countProblems } from './problem-counts.ts';
import { problemStrings } from './strings.ts';
import './problems.css';

interface Props {
  problems: readonly Problem[];
  /** Open from the beginning, where there are no marks in the text to look at. */
  open: boolean;
  onLine(file: EditedFile, line: number): void;
  onFix(file: EditedFile, fix: Fix): void;
}

const words = problemStrings;

/** What the rules say about the files, as a list under the editor: the same for Monaco and for the plain text area. */
export function ProblemsPanel({ problems, open: openAtFirst, onLine, onFix }: Props) {
  const [open, setOpen] = useState(openAtFirst);
  const sorted = useMemo(() => byGravity(problems), [problems]);
  const count = countProblems(problems);
  const [first] = sorted;
  return (
    <section class="remarks" aria-label={words.title} data-gravest={first?.severity}>
      <button
        type="button"
        class="remarks-head"
        aria-expanded={open}
        aria-controls="problems-list"
        onClick={() => setOpen(!open)}
      >
        <span class="remarks-mark" data-severity={first?.severity ?? 'none'} aria-hidden="true" />
        <span class="remarks-title">{words.title}</span>
        <span class="remarks-count">{count}</span>
        {!open && first && <span class="remarks-first">{first.message}</span>}
      </button>
      <p class="visually-hidden" role="status">
        {count}
      </p>
      <ul class="remarks-list" id="problems-list" hidden={!open}>
        {sorted.length === 0 && <li class="remarks-none">{words.noneLong}</li>}
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
    <li class="remark" data-severity={severity} data-rule={rule}>
      <button type="button" class="remark-line" onClick={() => onLine(file, line)}>
        <span class="remarks-mark" data-severity={severity} aria-hidden="true" />
        <span class="remark-place">{words.place(file, line)}</span>
        <span class="visually-hidden">{words.severity[severity]}: </span>
        <span>{message}</span>
      </button>
      <p class="remark-ways">
        {fixes.map((fix) => (
          <button key={fix.title} type="button" class="remark-fix" onClick={() => onFix(file, fix)}>
            {fix.title}
          </button>
        ))}
        {readMore ? (
          <a href={readMore} target="_blank" rel="noreferrer" aria-label={words.readMore(rule)}>
            {rule}
          </a>
        ) : (
          <span class="remark-rule">{rule}</span>
        )}
      </p>
    </li>
  );
}
