/** The learner's own text of an exercise, kept in this browser as it is typed, apart from what was submitted. */
export interface Draft {
  dockerfile: string;
  dockerignore: string;
}

/** Whether the browser keeps what is typed, and why not. */
export type Kept = 'kept' | 'forbidden' | 'full';

export interface DraftStore {
  read(slug: string): Draft | undefined;
  write(slug: string, draft: Draft): Kept;
  /** Forgets the draft: the exercise begins with its starter again. */
  remove(slug: string): Kept;
}

export const draftKey = (slug: string) => `stagecraft.draft.${slug}`;

/** `storage` is a function because merely naming `localStorage` throws where it is forbidden. */
export function draftStore(storage: () => Storage): DraftStore {
  const attempt = (action: () => void): Kept => {
    try {
      action();
      return 'kept';
    } catch (error) {
      return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'forbidden';
    }
  };
  return {
    read(slug) {
      let draft: Draft | undefined;
      attempt(() => {
        draft = parseDraft(storage().getItem(draftKey(slug)));
      });
      return draft;
    },
    write: (slug, draft) => attempt(() => storage().setItem(draftKey(slug), JSON.stringify(draft))),
    remove: (slug) => attempt(() => storage().removeItem(draftKey(slug))),
  };
}

/** Undefined for what is no draft, whoever wrote it. */
export function parseDraft(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { dockerfile, dockerignore } = value as Record<string, unknown>;
    if (typeof dockerfile !== 'string' || typeof dockerignore !== 'string') return undefined;
    return { dockerfile, dockerignore };
  } catch {
    return undefined;
  }
}

export const sameDraft = (a: Draft, b: Draft) => a.dockerfile === b.dockerfile && a.dockerignore === b.dockerignore;
