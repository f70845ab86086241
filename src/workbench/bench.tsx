import { useEffect } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import { ownProgress, recordPassed } from '../progress/progress-store.ts';
import { ActionBar } from './action-bar.tsx';
import { PastBar, PastFiles } from './attempts/past-attempt.tsx';
import { BriefRoom } from './brief-room.tsx';
import { EditorRoom } from './editor-room.tsx';
import { EvidenceRoom } from './evidence-room.tsx';
import { type RoomName, Rooms } from './rooms/rooms.tsx';
import { type BenchState, useBench } from './use-bench.ts';
import type { WorkbenchProps } from './workbench.tsx';

interface Props extends WorkbenchProps {
  exercise: Exercise;
  room: RoomName;
  onRoom(room: RoomName): void;
}

/** The rooms with everything in them, once the exercise is known. */
export function Bench(props: Props) {
  const { exercise, room, onRoom } = props;
  const bench = useBench(exercise, onRoom);
  const { view, past, opened, openAttempt } = bench;
  const passed = view?.verdict === 'passed';
  useEffect(() => {
    if (passed) recordPassed(ownProgress(), exercise.slug);
  }, [passed, exercise.slug]);
  const readAfter = () => {
    onRoom('brief');
    requestAnimationFrame(() => {
      const after = document.getElementById('after');
      after?.focus();
      after?.scrollIntoView({ block: 'start' });
    });
  };
  return (
    <Rooms
      title={props.title}
      room={room}
      onRoom={onRoom}
      brief={<BriefRoom {...props} passed={passed} />}
      editor={<EditorOrPast exercise={exercise} bench={bench} />}
      evidence={
        <EvidenceRoom
          exercise={exercise}
          view={view}
          connection={bench.submission.connection}
          stages={bench.stages}
          edited={bench.edited}
          text={past.view?.dockerfile ?? bench.draft.draft.dockerfile}
          cursorLine={past.view ? undefined : bench.cursorLine}
          onLine={bench.goToLine}
          onReadAfter={readAfter}
          openedAttempt={opened}
          onOpenAttempt={openAttempt}
          onBuild={bench.buildShown}
        />
      }
      foot={
        opened === undefined ? (
          <DraftBar exercise={exercise} bench={bench} />
        ) : (
          <PastBar view={past.view} all={past.all} onBack={() => openAttempt(undefined)} onTakeOver={bench.takeOver} />
        )
      }
    />
  );
}

interface PartProps {
  exercise: Exercise;
  bench: BenchState;
}

/** The editor stays where it is, with its history, while an earlier attempt stands before it. */
function EditorOrPast({ exercise, bench }: PartProps) {
  const { past, view, marks, draft, file } = bench;
  return (
    <>
      {past.view && <PastFiles view={past.view} marks={marks} wish={past.wish} />}
      <div class="draft-room" hidden={past.view !== undefined}>
        <EditorRoom
          {...{ exercise, draft, view, marks, file }}
          onFile={bench.setFile}
          onSubmit={bench.submit}
          onCursor={bench.setCursorLine}
          handle={bench.editor}
          onReplaced={bench.replaceAll}
        />
      </div>
    </>
  );
}

function DraftBar({ exercise, bench }: PartProps) {
  const { draft, running, submission } = bench;
  return (
    <ActionBar
      {...{ draft, running }}
      sending={submission.sending}
      cancelling={submission.cancelling}
      blocked={bench.noGrader}
      notice={bench.complaint ?? submission.refusal ?? exercise.notReady}
      onSubmit={bench.submit}
      onCancel={submission.cancel}
      onReset={() => bench.replaceAll(draft.reset())}
      onUndo={() => bench.replaceAll(draft.undo())}
    />
  );
}
