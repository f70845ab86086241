import { useEffect, useRef } from 'preact/hooks';
import { scanStages, stageHues } from '../../stages/scan-stages.ts';
import type { EditedFile, LineMark } from '../line-marks.ts';
import type { SubmissionView } from '../submission/submission-state.ts';
import './attempts.css';
import { attemptStrings as words } from './strings.ts';

/** A line to be shown; a new object for every wish, also for the same line. */
export interface LineWish {
  file: EditedFile;
  line: number;
}

interface FilesProps {
  view: SubmissionView;
  marks: readonly LineMark[];
  wish: LineWish | undefined;
}

/** What was sent, where the editor stands otherwise: to be read and copied, not to be changed. */
export function PastFiles({ view, marks, wish }: FilesProps) {
  const room = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wish) return;
    const line = room.current?.querySelector<HTMLElement>(`[data-line="${wish.file} ${wish.line}"]`);
    line?.scrollIntoView({ block: 'nearest' });
    line?.focus();
  }, [wish]);
  return (
    <div class="past-files" ref={room}>
      <PastFile file="Dockerfile" text={view.dockerfile} {...{ view, marks, wish }} />
      {view.dockerignore !== undefined && (
        <PastFile file=".dockerignore" text={view.dockerignore} {...{ view, marks, wish }} />
      )}
    </div>
  );
}

function PastFile({ file, text, view, marks, wish }: FilesProps & { file: EditedFile; text: string }) {
  const stages = file === 'Dockerfile' ? scanStages(text).stageOfLine : [];
  const marked = new Map(marks.filter((mark) => mark.file === file).map((mark) => [mark.line, mark]));
  const stageOf = (index: number) => ((stages[index] ?? -1) < 0 ? undefined : (stages[index] ?? 0) % stageHues);
  return (
    <section aria-label={words.readOnly(file, view.attempt)}>
      <h2>{file}</h2>
      <ol>
        {text
          .replace(/\n$/, '')
          .split('\n')
          .map((line, index) => (
            <li
              key={index}
              data-stage={stageOf(index)}
              data-line={`${file} ${index + 1}`}
              data-mark={marked.get(index + 1)?.severity}
              data-wished={wish?.file === file && wish.line === index + 1 ? '' : undefined}
              title={marked.get(index + 1)?.message}
              tabIndex={-1}
            >
              <code>{line || '\u00a0'}</code>
            </li>
          ))}
      </ol>
    </section>
  );
}

interface BarProps {
  /** Undefined while it is being opened. */
  view: SubmissionView | undefined;
  /** The number of the newest attempt. */
  all: number;
  onBack(): void;
  onTakeOver(): void;
}

/** Says that this is not the draft, and leads back; stands where the action bar stands otherwise. */
export function PastBar({ view, all, onBack, onTakeOver }: BarProps) {
  return (
    <div class="action-bar past-bar">
      <p class="action-notice" role="status">
        {view ? (
          <>
            <strong>{words.past(view.attempt, Math.max(all, view.attempt))}</strong> {words.pastDraft}
          </>
        ) : (
          words.opening
        )}
      </p>
      <div class="action-row">
        <button type="button" class="button" data-main onClick={onBack}>
          {words.back}
        </button>
        <button type="button" class="button" disabled={!view} onClick={onTakeOver}>
          {words.takeOver}
        </button>
      </div>
    </div>
  );
}
