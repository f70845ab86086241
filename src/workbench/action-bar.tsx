import { useEffect, useState } from 'preact/hooks';
import { Sentence } from '../components/sentence.tsx';
import { strings } from '../strings.ts';
import type { DraftState } from './draft/use-draft.ts';

interface Props {
  draft: DraftState;
  running: boolean;
  cancelling: boolean;
  sending: boolean;
  /** Why nothing can be sent now, or why it was refused. */
  notice: string | undefined;
  /** The exercise can't be graded now. */
  blocked: boolean;
  onSubmit(): void;
  onCancel(): void;
  onReset(): void;
  onUndoReset(): void;
}

/** What can be done with the files, always in reach. */
export function ActionBar(props: Props) {
  const { draft, running, cancelling, sending, notice, blocked } = props;
  const keys = useSubmitKeys();
  const busy = sending || running;
  return (
    <div class="action-bar">
      <p class="action-notice" role="status">
        {notice && <Sentence text={notice} />}
        {blocked && (
          <>
            {' '}
            <a href="/grader/">{strings.health.getGrader}</a>
          </>
        )}
      </p>
      <div class="action-row">
        {/* Kept focusable while it can't be used, so that the focus does not fall out of the page. */}
        <button
          type="button"
          class="button"
          data-main
          data-submit
          aria-disabled={busy || blocked}
          onClick={() => !busy && !blocked && props.onSubmit()}
        >
          {sending ? strings.submit.sending : strings.submit.action}
          <kbd>{keys}</kbd>
        </button>
        <button type="button" class="button" hidden={!running} disabled={cancelling} onClick={props.onCancel}>
          {cancelling ? strings.submit.cancelling : strings.submit.cancel}
        </button>
        <span class="draft-state" data-notable={draft.beforeReset || !draft.kept ? '' : undefined}>
          {draftText(draft)}
        </span>
        {draft.beforeReset ? (
          <button
            type="button"
            class="button"
            data-quiet
            aria-label={strings.draft.undoLong}
            onClick={props.onUndoReset}
          >
            {strings.draft.undo}
          </button>
        ) : (
          <button
            type="button"
            class="button"
            data-quiet
            aria-label={strings.draft.resetLong}
            disabled={draft.untouched}
            onClick={props.onReset}
          >
            {strings.draft.reset}
          </button>
        )}
      </div>
    </div>
  );
}

function draftText(draft: DraftState): string {
  if (draft.beforeReset) return strings.draft.wasReset;
  if (draft.untouched) return strings.draft.untouched;
  return draft.kept ? strings.draft.saved : strings.draft.notKept;
}

function useSubmitKeys(): string {
  const [keys, setKeys] = useState<string>(strings.submit.keys);
  useEffect(() => {
    if (/Mac|iPhone|iPad/.test(navigator.platform)) setKeys(strings.submit.keysMac);
  }, []);
  return keys;
}
