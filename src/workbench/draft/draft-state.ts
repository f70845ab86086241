/**
 * What happens to a draft, as plain values: typing, reset and its undo, and another tab of this browser that keeps
 * another draft of the same exercise. While two differ, nothing is written: neither tab overwrites the other unasked.
 */
import { type Draft, type Kept, sameDraft } from './draft.ts';

export interface DraftHistory {
  draft: Draft;
  kept: Kept;
  /** What a reset, or taking the other tab's draft, replaced, until something is typed. */
  replaced: { draft: Draft; by: 'reset' | 'other' } | undefined;
  /** What another tab keeps instead, until the learner has chosen. */
  other: Draft | undefined;
}

export type DraftChange =
  | { kind: 'typed'; draft: Draft }
  | { kind: 'reset'; starter: Draft }
  | { kind: 'undo' }
  /** Another tab wrote; undefined when it went back to the starter. */
  | { kind: 'otherWrote'; draft: Draft | undefined; starter: Draft }
  | { kind: 'takeOther' }
  | { kind: 'keepOwn' };

/** What the storage is told after a change. */
export type DraftWrite = 'write' | 'remove' | 'nothing';

export function changeDraft(history: DraftHistory, change: DraftChange): { history: DraftHistory; write: DraftWrite } {
  const { draft, other, replaced } = history;
  const undecided = other !== undefined;
  switch (change.kind) {
    case 'typed':
      return {
        history: { ...history, draft: change.draft, replaced: undefined },
        write: undecided ? 'nothing' : 'write',
      };
    case 'reset': {
      if (sameDraft(draft, change.starter)) return { history, write: 'nothing' };
      const next: DraftHistory = { ...history, draft: change.starter, replaced: { draft, by: 'reset' } };
      return { history: next, write: undecided ? 'nothing' : 'remove' };
    }
    case 'undo': {
      if (!replaced) return { history, write: 'nothing' };
      return {
        history: { ...history, draft: replaced.draft, replaced: undefined },
        write: undecided ? 'nothing' : 'write',
      };
    }
    case 'otherWrote': {
      const theirs = change.draft ?? change.starter;
      return { history: { ...history, other: sameDraft(theirs, draft) ? undefined : theirs }, write: 'nothing' };
    }
    case 'takeOther':
      if (!other) return { history, write: 'nothing' };
      return {
        history: { ...history, draft: other, replaced: { draft, by: 'other' }, other: undefined },
        write: 'nothing',
      };
    case 'keepOwn':
      return { history: { ...history, other: undefined }, write: undecided ? 'write' : 'nothing' };
  }
}
