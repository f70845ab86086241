/** The learner's own text of an exercise, kept in this browser as it is typed, apart from what was submitted. */
export interface Draft {
  dockerfile: string;
  dockerignore: string;
}

export interface DraftStore {
  read(slug: string): Draft | undefined;
  /** False when the browser does not keep it (storage forbidden or full). */
  write(slug: string, draft: Draft): boolean;
  /** Forgets the draft: the exercise begins with its starter again. */
  remove(slug: string): boolean;
}

const keyOf = (slug: string) => `stagecraft.draft.${slug}`;

/** `storage` is a function because merely naming `localStorage` throws where it is forbidden. */
export function draftStore(storage: () => Storage): DraftStore {
  const attempt = (action: () => void): boolean => {
    try {
      action();
      return true;
    } catch {
      return false;
    }
  };
  return {
    read(slug) {
      let draft: Draft | undefined;
      attempt(() => {
        draft = parseDraft(storage().getItem(keyOf(slug)));
      });
      return draft;
    },
    write: (slug, draft) => attempt(() => storage().setItem(keyOf(slug), JSON.stringify(draft))),
    remove: (slug) => attempt(() => storage().removeItem(keyOf(slug))),
  };
}

function parseDraft(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { dockerfile, dockerignore } = value as Record<string, unknown>;
  if (typeof dockerfile !== 'string' || typeof dockerignore !== 'string') return undefined;
  return { dockerfile, dockerignore };
}

export const sameDraft = (a: Draft, b: Draft) => a.dockerfile === b.dockerfile && a.dockerignore === b.dockerignore;
