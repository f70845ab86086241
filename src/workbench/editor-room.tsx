import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import type { Fix, Problem } from '../dockerfile/problem.ts';
import { strings } from '../strings.ts';
import { ComparePanel } from './compare/compare-panel.tsx';
import { useComparison } from './compare/use-comparison.ts';
import type { Draft } from './draft/draft.ts';
import type { DraftState } from './draft/use-draft.ts';
import { type EditorHandle, type EditorProps, isEdited, textOf } from './editor/edited-files.ts';
import { PlainEditor } from './editor/plain-editor.tsx';
import { RichEditor } from './editor/rich-editor.tsx';
import { FileTabs } from './file-tabs.tsx';
import type { EditedFile, LineMark } from './line-marks.ts';
import { ProblemsPanel } from './problems/problems-panel.tsx';
import { useCatalogue } from './problems/use-catalogue.ts';
import { useProblems } from './problems/use-problems.ts';
import { withoutRepeats } from './problems/without-repeats.ts';
import type { SubmissionView } from './submission/submission-state.ts';
import { panelId } from './tabs.tsx';
import { useMedia } from './use-media.ts';

interface Props {
  exercise: Exercise;
  draft: DraftState;
  view: SubmissionView | undefined;
  marks: readonly LineMark[];
  file: string;
  onFile(path: string): void;
  onSubmit(): void;
  onCursor: EditorProps['onCursor'];
  /** What the bench uses to reach into the editor. */
  handle: { current: EditorHandle | undefined };
  /** Shows another draft in whichever editor is on screen. */
  onReplaced(draft: Draft): void;
}

const leave = () => document.querySelector<HTMLElement>('.file-tabs [aria-selected="true"]')?.focus();

/** Files as tabs, an editor, what it is compared with, and what the rules say about it. */
export function EditorRoom(props: Props) {
  const { exercise, draft, view, marks, file, onFile, handle } = props;
  const small = useMedia('(max-width: 799px), (pointer: coarse)');
  const images = useCatalogue();
  const problems = useProblems(draft.draft, images);
  const comparison = useComparison(exercise, view);
  const shownMarks = useMemo(() => withoutRepeats(marks, problems), [marks, problems]);
  const goToLine = (target: EditedFile, line: number) => {
    onFile(target);
    handle.current?.goToLine(target, line);
  };
  const fix = (target: EditedFile, { edits }: Fix) => {
    onFile(target);
    handle.current?.edit(target, edits);
  };
  const onHandle = useCallback(
    (reached: EditorHandle | undefined) => {
      handle.current = reached;
    },
    [handle],
  );
  const editorProps: EditorProps = {
    file,
    draft: draft.draft,
    appFiles: exercise.files,
    marks: shownMarks,
    problems,
    onChange: draft.change,
    onSubmit: props.onSubmit,
    onCursor: props.onCursor,
    onLeave: leave,
    onHandle,
  };
  return (
    <>
      <FileTabs
        appFiles={exercise.files}
        active={file}
        marked={filesWithMarks(marks, problems)}
        comparison={comparison}
        onSelect={onFile}
      />
      {draft.other && <OtherTab onTake={() => props.onReplaced(draft.takeOther())} onKeep={draft.keepOwn} />}
      <div class="editor-panel" role="tabpanel" id={panelId('file', file)} aria-label={file}>
        <Editor {...editorProps} small={small} />
        {isEdited(file) && small !== undefined && (
          <ComparePanel
            comparison={comparison}
            file={file}
            text={textOf(draft.draft, file)}
            rich={!small}
            onLeave={leave}
          />
        )}
      </div>
      {small !== undefined && <ProblemsPanel problems={problems} open={small} onLine={goToLine} onFix={fix} />}
    </>
  );
}

/** A dot beside the name of a file tells what would keep it from being built, or what the grader said of it. */
const filesWithMarks = (marks: readonly LineMark[], problems: readonly Problem[]): ReadonlySet<string> =>
  new Set([...marks, ...problems.filter(({ severity }) => severity === 'error')].map(({ file }) => file));

/** Another tab keeps another draft: neither overwrites the other until the learner has chosen. */
function OtherTab({ onTake, onKeep }: { onTake(): void; onKeep(): void }) {
  return (
    <div class="other-tab">
      <p role="status">{strings.draft.otherTab}</p>
      <button type="button" class="button" onClick={onTake}>
        {strings.draft.takeOther}
      </button>
      <button type="button" class="button" onClick={onKeep}>
        {strings.draft.keepOwn}
      </button>
    </div>
  );
}

/** Monaco where there is room and a mouse, a plain text area elsewhere and whenever Monaco can't be had. */
function Editor({ small, ...props }: EditorProps & { small: boolean | undefined }) {
  const [failed, setFailed] = useState(false);
  if (small === undefined) return null;
  if (small) return <PlainEditor {...props} />;
  if (failed) {
    return (
      <div class="editor-fallback">
        <p class="editor-loading">{strings.editor.failed}</p>
        <PlainEditor {...props} />
      </div>
    );
  }
  return <RichEditor {...props} onFail={() => setFailed(true)} />;
}
