import { expect, test } from 'vitest';
import { addressOf, attemptIn } from './attempt-address.ts';
import { attemptBefore } from './use-attempts.ts';

const id = '0b4f0f0e-4b3f-4c83-9f6b-0e4f1f0a7b11';

test('an address names an attempt, and anything else names none', () => {
  expect(attemptIn(`#attempt=${id}`)).toBe(id);
  expect(attemptIn(addressOf(id, '/exercises/x/').slice('/exercises/x/'.length))).toBe(id);
  expect(addressOf(undefined, '/exercises/x/')).toBe('/exercises/x/');
  for (const hash of ['', '#', '#after', '#attempt=', '#attempt=../../health', '#attempt=1'])
    expect(attemptIn(hash)).toBeUndefined();
});

test('compared is with the attempt before, and the first one with the newest', () => {
  const attempts = ['3', '2', '1'].map((createdAt) => ({ createdAt }));
  expect(attemptBefore(attempts, '3')).toEqual({ createdAt: '2' });
  expect(attemptBefore(attempts, '1')).toEqual({ createdAt: '3' });
  expect(attemptBefore([], '1')).toBeUndefined();
});
