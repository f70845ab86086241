/** Where progress is kept: this browser's storage, or only this page where that is forbidden. */
import { noProgress, type Progress, readProgress } from './progress.ts';

const key = 'stagecraft.progress';
const changed = 'stagecraft:progress';

export interface ProgressStore {
  read(): Progress;
  /** Changes it and tells who listens. */
  change(change: (progress: Progress) => Progress): void;
  /** False where the browser forbids storage, or has no room: then it is gone with the page. */
  kept(): boolean;
  /** Calls when it changed, here or in another tab. Returns how to stop. */
  listen(listener: () => void): () => void;
}

/** @param storage asked for each time: a browser that forbids it throws at the very name */
export function progressStore(storage: () => Storage): ProgressStore {
  let here: Progress | undefined;
  let kept = isWritable(storage);
  const read = (): Progress => {
    if (here) return here;
    try {
      const read = readProgress(storage().getItem(key) ?? '');
      if (read.ok) return read.progress;
    } catch {
      // Forbidden: then there is nothing to read.
    }
    return noProgress();
  };
  return {
    read,
    change(change) {
      const progress = change(read());
      try {
        storage().setItem(key, JSON.stringify(progress));
        here = undefined;
        kept = true;
      } catch {
        here = progress;
        kept = false;
      }
      globalThis.dispatchEvent?.(new Event(changed));
    },
    kept: () => kept,
    listen(listener) {
      const fromOtherTab = (event: StorageEvent) => (event.key === key || event.key === null) && listener();
      globalThis.addEventListener(changed, listener);
      globalThis.addEventListener('storage', fromOtherTab);
      return () => {
        globalThis.removeEventListener(changed, listener);
        globalThis.removeEventListener('storage', fromOtherTab);
      };
    },
  };
}

function isWritable(storage: () => Storage): boolean {
  try {
    const probe = `${key}.probe`;
    storage().setItem(probe, '1');
    storage().removeItem(probe);
    return true;
  } catch {
    return false;
  }
}

let own: ProgressStore | undefined;

/** The one store of a page. */
export function ownProgress(): ProgressStore {
  own ??= progressStore(() => localStorage);
  return own;
}

const now = () => new Date().toISOString();

export function markLesson(store: ProgressStore, lesson: string, read: boolean): void {
  store.change((progress) => {
    const { [lesson]: before, ...others } = progress.lessons;
    return { ...progress, lessons: read ? { ...others, [lesson]: before ?? { readAt: now() } } : others };
  });
}

export function recordAnswer(store: ProgressStore, question: string, right: boolean): void {
  store.change((progress) => ({
    ...progress,
    quizzes: { ...progress.quizzes, [question]: { right, answeredAt: now() } },
  }));
}

export function recordPassed(store: ProgressStore, slug: string): void {
  if (store.read().exercises[slug]) return;
  store.change((progress) => ({ ...progress, exercises: { ...progress.exercises, [slug]: { passedAt: now() } } }));
}
