import { expect, test } from 'vitest';
import type { Health } from '../../grader/contract/exercise.ts';
import { healthLine, nextAskMs } from './health-view.ts';

const health: Health = {
  status: 'starting',
  message: 'node:20-slim ready, 4 of 9',
  database: { ok: true },
  engine: { ok: true },
  images: { ready: 4, total: 9, newest: 'node:20-slim' },
  missing: [],
  tasks: [],
};

test('while images are made the header repeats what the server says', () => {
  expect(healthLine({ kind: 'answered', health })).toEqual({ mark: 'running', text: 'node:20-slim ready, 4 of 9' });
});

test('a server that is ready, reading only, or silent has its own words', () => {
  expect(healthLine({ kind: 'answered', health: { ...health, status: 'ready' } }).mark).toBe('passed');
  expect(healthLine({ kind: 'answered', health: { ...health, status: 'reading' } }).text).toBe('Reading only');
  expect(healthLine({ kind: 'unreachable' }).mark).toBe('warning');
});

test('weak isolation that was accepted is said before anything else, except where nothing is graded', () => {
  const weakIsolation = ["A build can't reach the internet: Reached: 1.1.1.1"];
  for (const status of ['ready', 'starting', 'degraded'] as const) {
    const line = healthLine({ kind: 'answered', health: { ...health, status, weakIsolation } });
    expect(line).toEqual({ mark: 'warning', text: 'Weak isolation' });
  }
  const reading = healthLine({ kind: 'answered', health: { ...health, status: 'reading', weakIsolation } });
  expect(reading.text).toBe('Reading only');
});

test('it asks often only while something changes', () => {
  expect(nextAskMs({ kind: 'answered', health })).toBeLessThan(5_000);
  expect(nextAskMs({ kind: 'answered', health: { ...health, status: 'ready' } })).toBeGreaterThanOrEqual(60_000);
});
