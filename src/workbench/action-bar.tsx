import { useEffect, useState } from 'preact/hooks';
import { onSite } from '../address.ts';
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
  onUndo(): void;
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
            <a href={onSite('/grader/')}>{strings.health.getGrader}</a>
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
        <span
          class="draft-state"
          data-notable={draft.replaced || draft.kept !== 'kept' || draft.other ? '' : undefined}
        >
          {draftText(draft)}
        </span>
        <ResetOrUndo {...props} />
      </div>
    </div>
  );
}

function ResetOrUndo({ draft, onReset, onUndo }: Pick<Props, 'draft' | 'onReset' | 'onUndo'>) {
  const words = strings.draft;
  return draft.replaced ? (
    <button type="button" class="button" data-quiet aria-label={words.undoLong[draft.replaced.by]} onClick={onUndo}>
      {words.undo}
    </button>
  ) : (
    <button
      type="button"
      class="button"
      data-quiet
      aria-label={words.resetLong}
      disabled={draft.untouched}
      onClick={onReset}
    >
      {words.reset}
    </button>
  );
}

function draftText(draft: DraftState): string {
  if (draft.other) return strings.draft.undecided;
  if (draft.replaced) return strings.draft.wasReplaced[draft.replaced.by];
  if (draft.kept !== 'kept') return strings.draft.notKept[draft.kept];
  return draft.untouched ? strings.draft.untouched : strings.draft.saved;
}

function useSubmitKeys(): string {
  const [keys, setKeys] = useState<string>(strings.submit.keys);
  useEffect(() => {
    if (/Mac|iPhone|iPad/.test(navigator.platform)) setKeys(strings.submit.keysMac);
  }, []);
  return keys;
}
