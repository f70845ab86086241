import { expect, test } from 'vitest';
import { changeDraft, type DraftChange, type DraftHistory, type DraftWrite } from './draft-state.ts';

const starter = { dockerfile: 'starter', dockerignore: '' };
const mine = { dockerfile: 'mine', dockerignore: '' };
const theirs = { dockerfile: 'theirs', dockerignore: '' };
const typed = (dockerfile: string): DraftChange => ({ kind: 'typed', draft: { dockerfile, dockerignore: '' } });
const otherWrote = (draft = theirs): DraftChange => ({ kind: 'otherWrote', draft, starter });

function play(...changes: DraftChange[]): DraftHistory & { writes: DraftWrite[] } {
  const begin: DraftHistory = { draft: starter, kept: 'kept', replaced: undefined, other: undefined };
  const writes: DraftWrite[] = [];
  const end = changes.reduce((history, change) => {
    const step = changeDraft(history, change);
    writes.push(step.write);
    return step.history;
  }, begin);
  return { ...end, writes };
}

test('what is typed is written', () => {
  expect(play(typed('mine'))).toMatchObject({ draft: mine, writes: ['write'] });
});

test('a reset can be undone until something is typed', () => {
  const reset = { kind: 'reset', starter } as const;
  expect(play(typed('mine'), reset)).toMatchObject({
    draft: starter,
    replaced: { by: 'reset' },
    writes: ['write', 'remove'],
  });
  expect(play(typed('mine'), reset, { kind: 'undo' })).toMatchObject({ draft: mine, replaced: undefined });
  expect(play(typed('mine'), reset, typed('x'), { kind: 'undo' })).toMatchObject({ draft: { dockerfile: 'x' } });
});

test('a draft of another tab is told and neither taken nor overwritten', () => {
  const after = play(typed('mine'), otherWrote(), typed('mine, longer'));
  expect(after).toMatchObject({ draft: { dockerfile: 'mine, longer' }, other: theirs });
  expect(after.writes).toEqual(['write', 'nothing', 'nothing']);
});

test('the other tab’s draft can be taken, which can be undone', () => {
  const taken = play(typed('mine'), otherWrote(), { kind: 'takeOther' });
  expect(taken).toMatchObject({ draft: theirs, other: undefined, replaced: { draft: mine, by: 'other' } });
  const undone = play(typed('mine'), otherWrote(), { kind: 'takeOther' }, { kind: 'undo' });
  expect(undone).toMatchObject({ draft: mine, replaced: undefined });
  expect(undone.writes.at(-1)).toBe('write');
});

test('keeping one’s own writes it, and the other tab hears of it', () => {
  const kept = play(typed('mine'), otherWrote(), typed('mine, longer'), { kind: 'keepOwn' });
  expect(kept).toMatchObject({ draft: { dockerfile: 'mine, longer' }, other: undefined });
  expect(kept.writes.at(-1)).toBe('write');
});

test('another tab that comes to the same text is no conflict, nor one that goes back to a starter that is shown', () => {
  expect(play(typed('mine'), otherWrote(), otherWrote(mine)).other).toBeUndefined();
  expect(play({ kind: 'otherWrote', draft: undefined, starter }).other).toBeUndefined();
  expect(play(typed('mine'), { kind: 'otherWrote', draft: undefined, starter }).other).toEqual(starter);
});
