import { useMemo, useRef, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import { scanStages } from '../stages/scan-stages.ts';
import { useAttemptAddress } from './attempts/attempt-address.ts';
import { usePastAttempt } from './attempts/use-past-attempt.ts';
import type { Draft } from './draft/draft.ts';
import { useDraft } from './draft/use-draft.ts';
import { type EditorHandle, editedFiles, textOf } from './editor/edited-files.ts';
import { type EditedFile, lineMarks } from './line-marks.ts';
import type { RoomName } from './rooms/rooms.tsx';
import { isOver, type SubmissionView } from './submission/submission-state.ts';
import { useSubmission } from './submission/use-submission.ts';
import { useSending } from './use-sending.ts';

export type BenchState = ReturnType<typeof useBench>;

/** What the rooms of the exercise page share: the draft, the attempt that is looked at, and how one leads to the other. */
export function useBench(exercise: Exercise, onRoom: (room: RoomName) => void) {
  const draft = useDraft(exercise);
  const looked = useLookedAt(exercise.slug);
  const { view, opened, openAttempt, submission, past, running } = looked;
  const [file, setFile] = useState('Dockerfile');
  const [cursorLine, setCursorLine] = useState<number>();
  const editor = useRef<EditorHandle>();
  // Every exercise has checks; only the answer that the site brings for itself has none.
  const noGrader = exercise.checks.length === 0;
  const blocked = running || noGrader || opened !== undefined;
  const sending = useSending({ exercise: exercise.slug, draft: draft.draft, submission, blocked, onRoom });
  const goToLine = (target: EditedFile, line: number) => {
    onRoom('editor');
    if (opened !== undefined) return past.goToLine(target, line);
    setFile(target);
    editor.current?.goToLine(target, line);
  };
  const replaceAll = (texts: Draft) => {
    for (const name of editedFiles) editor.current?.replace(name, textOf(texts, name));
  };
  const takeOver = () => {
    if (!past.view) return;
    const texts = filesOf(past.view);
    openAttempt(undefined);
    replaceAll(texts);
    for (const name of editedFiles) draft.change(name, textOf(texts, name));
    onRoom('editor');
  };
  /** Once more what is looked at: an earlier attempt as it was, without touching the draft. */
  const buildShown = () => {
    if (!past.view) return sending.submit();
    if (noGrader || submission.sending) return;
    openAttempt(undefined);
    sending.send(filesOf(past.view));
  };
  const edited =
    view !== undefined &&
    opened === undefined &&
    (view.dockerfile !== draft.draft.dockerfile || (view.dockerignore ?? '') !== draft.draft.dockerignore);
  return {
    ...looked,
    ...sending,
    ...{
      draft,
      editor,
      file,
      setFile,
      cursorLine,
      setCursorLine,
      noGrader,
      edited,
      goToLine,
      replaceAll,
      takeOver,
      buildShown,
    },
  };
}

const filesOf = ({ dockerfile, dockerignore = '' }: SubmissionView): Draft => ({ dockerfile, dockerignore });

/** The newest attempt, or an earlier one: its files stand where the editor stands, which keeps the draft meanwhile. */
function useLookedAt(exercise: string) {
  const [opened, openAttempt] = useAttemptAddress();
  const submission = useSubmission(exercise, opened, () => openAttempt(undefined));
  const { view, connection } = submission;
  const past = usePastAttempt({ opened, view, exercise });
  const marks = useMemo(() => lineMarks(view), [view?.checks, view?.report]);
  const stages = useMemo(() => scanStages(view?.dockerfile ?? '').stages, [view?.dockerfile]);
  const running = view !== undefined && !isOver(view.state) && connection !== 'gone';
  return { opened, openAttempt, submission, view, past, marks, stages, running };
}
