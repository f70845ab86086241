import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import { starterDraft, withText } from '../editor/edited-files.ts';
import type { EditedFile } from '../line-marks.ts';
import { type Draft, draftKey, draftStore, parseDraft, sameDraft } from './draft.ts';
import { changeDraft, type DraftChange, type DraftHistory } from './draft-state.ts';

const store = draftStore(() => localStorage);

export interface DraftState extends DraftHistory {
  /** It still is what the exercise starts with. */
  untouched: boolean;
  change(file: EditedFile, text: string): void;
  /** Each of these gives the draft that is now to be shown. */
  reset(): Draft;
  undo(): Draft;
  takeOther(): Draft;
  keepOwn(): void;
}

/** The learner's text of one exercise: what was kept in this browser, or the starter. */
export function useDraft(exercise: Exercise): DraftState {
  const { slug } = exercise;
  const starter = starterDraft(exercise);
  const [history, setHistory] = useState<DraftHistory>(() => ({
    draft: store.read(slug) ?? starter,
    kept: 'kept',
    replaced: undefined,
    other: undefined,
  }));
  // Two changes may come within one render; each must see the other.
  const newest = useRef(history);
  const newestStarter = useRef(starter);
  newestStarter.current = starter;

  const apply = useCallback(
    (change: DraftChange): Draft => {
      const { history: next, write } = changeDraft(newest.current, change);
      if (write === 'write') next.kept = store.write(slug, next.draft);
      if (write === 'remove') next.kept = store.remove(slug);
      newest.current = next;
      setHistory(next);
      return next.draft;
    },
    [slug],
  );
  const change = useCallback(
    (file: EditedFile, text: string) =>
      void apply({ kind: 'typed', draft: withText(newest.current.draft, file, text) }),
    [apply],
  );
  useOtherTabs(slug, (draft) => apply({ kind: 'otherWrote', draft, starter: newestStarter.current }));
  return {
    ...history,
    untouched: sameDraft(history.draft, starter),
    change,
    reset: () => apply({ kind: 'reset', starter }),
    undo: () => apply({ kind: 'undo' }),
    takeOther: () => apply({ kind: 'takeOther' }),
    keepOwn: () => void apply({ kind: 'keepOwn' }),
  };
}

/** Hears what other tabs of this browser write; a page that comes back from the browser's memory may have missed it. */
function useOtherTabs(slug: string, wrote: (draft: Draft | undefined) => void): void {
  const current = useRef(wrote);
  current.current = wrote;
  useEffect(() => {
    const hear = (event: StorageEvent) => {
      if (event.key === draftKey(slug)) current.current(parseDraft(event.newValue));
    };
    const comeBack = (event: PageTransitionEvent) => {
      if (event.persisted) current.current(store.read(slug));
    };
    addEventListener('storage', hear);
    addEventListener('pageshow', comeBack);
    return () => {
      removeEventListener('storage', hear);
      removeEventListener('pageshow', comeBack);
    };
  }, [slug]);
}
