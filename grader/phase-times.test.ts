import { expect, test } from 'vitest';
import { timePhases } from './phase-times.ts';

test('each phase has the time until the next one begins, details begin none', () => {
  let now = 0;
  const { see, end } = timePhases(() => now);
  const at = (time: number, event: Parameters<typeof see>[0]) => {
    now = time;
    see(event);
  };
  at(10, { type: 'phase', phase: 'admit' });
  at(11, { type: 'phase', phase: 'build' });
  at(50, { type: 'phase', phase: 'evidence' });
  at(60, { type: 'phase', phase: 'evidence', detail: 'Starting the container' });
  at(90, { type: 'log', lines: [] });
  now = 100;
  expect(end()).toEqual({ admit: 1, build: 39, evidence: 50 });
});

test('nothing seen, nothing timed', () => {
  expect(timePhases(() => 0).end()).toEqual({});
});
