import { useCallback, useRef, useState } from 'preact/hooks';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import { starterDraft, withText } from '../editor/edited-files.ts';
import type { EditedFile } from '../line-marks.ts';
import { type Draft, draftStore, sameDraft } from './draft.ts';

const store = draftStore(() => localStorage);

export interface DraftState {
  draft: Draft;
  /** It still is what the exercise starts with. */
  untouched: boolean;
  /** False when the browser refuses to keep it. */
  kept: boolean;
  /** What a reset replaced, until something is typed. */
  beforeReset: Draft | undefined;
  change(file: EditedFile, text: string): void;
  reset(): void;
  undoReset(): void;
}

/** The learner's text of one exercise: what was kept in this browser, or the starter. */
export function useDraft(exercise: Exercise): DraftState {
  const { slug } = exercise;
  const starter = starterDraft(exercise);
  const [draft, setDraft] = useState<Draft>(() => store.read(slug) ?? starter);
  const [kept, setKept] = useState(true);
  const [beforeReset, setBeforeReset] = useState<Draft>();
  // Two changes may come within one render; each must see the other.
  const newest = useRef(draft);

  const take = useCallback(
    (next: Draft, replaced: Draft | undefined) => {
      newest.current = next;
      setDraft(next);
      setBeforeReset(replaced);
      setKept(replaced ? store.remove(slug) : store.write(slug, next));
    },
    [slug],
  );
  const change = useCallback(
    (file: EditedFile, text: string) => take(withText(newest.current, file, text), undefined),
    [take],
  );
  const reset = () => {
    if (!sameDraft(draft, starter)) take(starter, draft);
  };
  const undoReset = () => {
    if (beforeReset) take(beforeReset, undefined);
  };
  return { draft, untouched: sameDraft(draft, starter), kept, beforeReset, change, reset, undoReset };
}
