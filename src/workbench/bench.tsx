import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import { isPressed } from '../keyboard/shortcuts.ts';
import { ownProgress, recordPassed } from '../progress/progress-store.ts';
import { scanStages } from '../stages/scan-stages.ts';
import { strings } from '../strings.ts';
import { ActionBar } from './action-bar.tsx';
import { useAttemptAddress } from './attempts/attempt-address.ts';
import { PastBar, PastFiles } from './attempts/past-attempt.tsx';
import { usePastAttempt } from './attempts/use-past-attempt.ts';
import { BriefRoom } from './brief-room.tsx';
import type { Draft } from './draft/draft.ts';
import { useDraft } from './draft/use-draft.ts';
import { type EditorHandle, editedFiles, textOf } from './editor/edited-files.ts';
import { EditorRoom } from './editor-room.tsx';
import { EvidenceRoom } from './evidence-room.tsx';
import { type EditedFile, lineMarks } from './line-marks.ts';
import { type RoomName, Rooms } from './rooms/rooms.tsx';
import { isOver } from './submission/submission-state.ts';
import { useSubmission } from './submission/use-submission.ts';
import type { WorkbenchProps } from './workbench.tsx';

interface Props extends WorkbenchProps {
  exercise: Exercise;
  room: RoomName;
  onRoom(room: RoomName): void;
}

/** The rooms with everything in them, once the exercise is known. */
export function Bench(props: Props) {
  const { exercise, room, onRoom } = props;
  const draft = useDraft(exercise);
  const [opened, openAttempt] = useAttemptAddress();
  const submission = useSubmission(exercise.slug, opened, () => openAttempt(undefined));
  const { view } = submission;
  // An earlier attempt that is looked at: its files stand where the editor stands, which keeps the draft meanwhile.
  const past = usePastAttempt({ opened, view, exercise: exercise.slug });
  const [file, setFile] = useState('Dockerfile');
  const [cursorLine, setCursorLine] = useState<number>();
  const [complaint, setComplaint] = useState<string>();
  const editor = useRef<EditorHandle>();
  const running = view !== undefined && !isOver(view.state) && submission.connection !== 'gone';
  // Every exercise has checks; only the answer that the site brings for itself has none.
  const noGrader = exercise.checks.length === 0;
  const passed = view?.verdict === 'passed';
  const marks = useMemo(() => lineMarks(view), [view?.checks, view?.report]);
  const stages = useMemo(() => scanStages(view?.dockerfile ?? '').stages, [view?.dockerfile]);
  const edited =
    view !== undefined &&
    opened === undefined &&
    (view.dockerfile !== draft.draft.dockerfile || (view.dockerignore ?? '') !== draft.draft.dockerignore);

  const submit = () => {
    if (running || submission.sending || noGrader || opened !== undefined) return;
    const { dockerfile, dockerignore } = draft.draft;
    if (dockerfile.trim() === '') return setComplaint(strings.submit.empty);
    setComplaint(undefined);
    onRoom('evidence');
    // An empty .dockerignore says nothing that a missing one does not say.
    void submission.submit({
      exercise: exercise.slug,
      dockerfile,
      dockerignore: dockerignore.trim() === '' ? undefined : dockerignore,
    });
  };
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
    const texts = { dockerfile: past.view.dockerfile, dockerignore: past.view.dockerignore ?? '' };
    openAttempt(undefined);
    replaceAll(texts);
    for (const name of editedFiles) draft.change(name, textOf(texts, name));
    onRoom('editor');
  };
  const readAfter = () => {
    onRoom('brief');
    requestAnimationFrame(() => {
      const after = document.getElementById('after');
      after?.focus();
      after?.scrollIntoView({ block: 'start' });
    });
  };
  useSubmitKey(submit);
  useEffect(() => {
    if (passed) recordPassed(ownProgress(), exercise.slug);
  }, [passed, exercise.slug]);
  const bar = (
    <ActionBar
      draft={draft}
      running={running}
      sending={submission.sending}
      cancelling={submission.cancelling}
      blocked={noGrader}
      notice={complaint ?? submission.refusal ?? exercise.notReady}
      onSubmit={submit}
      onCancel={submission.cancel}
      onReset={() => replaceAll(draft.reset())}
      onUndo={() => replaceAll(draft.undo())}
    />
  );
  return (
    <Rooms
      title={props.title}
      room={room}
      onRoom={onRoom}
      brief={<BriefRoom {...props} passed={passed} />}
      editor={
        <>
          {past.view && <PastFiles view={past.view} marks={marks} wish={past.wish} />}
          <div class="draft-room" hidden={past.view !== undefined}>
            <EditorRoom
              exercise={exercise}
              draft={draft}
              view={view}
              marks={marks}
              file={file}
              onFile={setFile}
              onSubmit={submit}
              onCursor={setCursorLine}
              handle={editor}
              onReplaced={replaceAll}
            />
          </div>
        </>
      }
      evidence={
        <EvidenceRoom
          exercise={exercise}
          view={view}
          connection={submission.connection}
          stages={stages}
          edited={edited}
          text={past.view?.dockerfile ?? draft.draft.dockerfile}
          cursorLine={past.view ? undefined : cursorLine}
          onLine={goToLine}
          onReadAfter={readAfter}
          openedAttempt={opened}
          onOpenAttempt={openAttempt}
          onBuild={submit}
        />
      }
      foot={
        opened === undefined ? (
          bar
        ) : (
          <PastBar view={past.view} all={past.all} onBack={() => openAttempt(undefined)} onTakeOver={takeOver} />
        )
      }
    />
  );
}

/** Ctrl/Cmd+Enter builds from anywhere on the page, not only from the editor (which has its own binding). */
function useSubmitKey(submit: () => void): void {
  const current = useRef(submit);
  current.current = submit;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isPressed(event, 'build')) return;
      event.preventDefault();
      current.current();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
