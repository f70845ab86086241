import { expect, test } from 'vitest';
import { healthSchema } from '../../grader/contract/exercise.ts';
import { isHealth } from './get-health.ts';

const health = {
  status: 'starting',
  message: 'node:20-slim ready, 4 of 9',
  database: { ok: true },
  engine: { ok: false, message: 'no engine' },
  images: { ready: 4, total: 9, newest: 'node:20-slim' },
  missing: ['root'],
  weakIsolation: ['a wall'],
  tasks: [{ id: 'site', title: 'Site', state: 'running', detail: 'building' }],
};

test.each([
  ['a whole answer', health],
  ['one without what may be absent', { ...health, weakIsolation: undefined, images: { ready: 0, total: 0 } }],
  ['an unknown status', { ...health, status: 'fine' }],
  ['no message', { ...health, message: undefined }],
  ['a part that is no object', { ...health, engine: true }],
  ['half an image', { ...health, images: { ready: 0.5, total: 1 } }],
  ['a number among sentences', { ...health, missing: [1] }],
  ['walls as one text', { ...health, weakIsolation: 'all' }],
  ['a task in no state', { ...health, tasks: [{ id: 'a', title: 'A', state: 'lost' }] }],
  ['a task that is nothing', { ...health, tasks: [null] }],
  ['a page of a proxy', '<html>'],
  ['nothing', undefined],
  ['a list', [health]],
])('%s is taken, or not, as the schema does', (_what, answer) => {
  expect(isHealth(answer)).toBe(healthSchema.safeParse(answer).success);
});
