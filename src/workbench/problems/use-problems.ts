import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ImageName, Problem } from '../../dockerfile/problem.ts';
import type { Draft } from '../draft/draft.ts';
import { sharedIntelligence } from '../editor/intelligence/intelligence.ts';
import { newestOnly } from './newest-only.ts';

/** What the rules say about the draft as it is typed, read in a worker. */
export function useProblems(draft: Draft, images: readonly ImageName[]): readonly Problem[] {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const judge = useMemo(
    () =>
      newestOnly(
        (files: Draft) => sharedIntelligence().ask('problems', files),
        (found) => alive.current && setProblems(found),
      ),
    [],
  );
  const { dockerfile, dockerignore } = draft;
  // Before the files are judged: the worker answers in the order that it is asked.
  useLayoutEffect(() => {
    if (import.meta.env.SSR) return;
    if (images.length > 0) sharedIntelligence().setImages(images);
  }, [images]);
  // Not after the next frame, as an effect would: what is typed should be judged while it is drawn.
  useLayoutEffect(() => {
    if (import.meta.env.SSR) return;
    judge({ dockerfile, dockerignore });
  }, [judge, dockerfile, dockerignore, images]);
  return problems;
}
