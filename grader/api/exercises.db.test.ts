/** The solution of an exercise is earned: whoever has not passed it does not get it, however they ask. */
import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Submission } from '../contract/submission.ts';
import { type JobQueue, openJobQueue } from '../queue/job-queue.ts';
import type { Store } from '../store/open-store.ts';
import { submissions } from '../store/schema.ts';
import { startTestPostgres, type TestPostgres } from '../store/testing.ts';
import { createApi } from './app.ts';
import { testDeps, testExercise } from './testing.ts';

let postgres: TestPostgres;
let store: Store;
let queue: JobQueue;
let api: Hono;

beforeAll(async () => {
  postgres = await startTestPostgres();
  store = await postgres.openStore();
  queue = await openJobQueue({ store, log: () => 'id' });
  api = createApi(testDeps({ storage: () => ({ store, queue }) }));
});
afterAll(async () => {
  await queue?.close();
  await postgres?.stop();
});
beforeEach(() => postgres.empty(store));

async function learner(): Promise<string> {
  const response = await api.request('/api/submissions', {
    method: 'POST',
    body: JSON.stringify({ exercise: testExercise.slug, dockerfile: 'FROM node:20' }),
    headers: { 'Content-Type': 'application/json' },
  });
  expect(((await response.json()) as Submission).attempt).toBe(1);
  return response.headers.get('Set-Cookie')?.split(';')[0] ?? '';
}

const solution = (cookie = '', slug: string = testExercise.slug) =>
  api.request(`/api/exercises/${slug}/solution`, { headers: { Cookie: cookie } });

test('nobody, a learner who has not passed and one with a forged cookie are refused, and learn nothing', async () => {
  for (const cookie of ['', await learner(), 'stagecraft_learner=made.up']) {
    const response = await solution(cookie);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('the answer');
  }
});

test.each(['failed', 'build_failed', 'grader_error'] as const)(
  'a submission that ended as %s earns nothing',
  async (verdict) => {
    const cookie = await learner();
    await store.db.update(submissions).set({ state: 'finished', verdict });
    expect((await solution(cookie)).status).toBe(403);
  },
);

test('who has passed gets it, and nobody else does', async () => {
  const cookie = await learner();
  await store.db.update(submissions).set({ state: 'finished', verdict: 'passed' });
  const other = await learner();
  const answer = await solution(cookie);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ dockerfile: 'FROM node:20-slim\n# the answer' });
  expect((await solution(other)).status).toBe(403);
});

test('passing another exercise earns nothing here', async () => {
  const cookie = await learner();
  await store.db.update(submissions).set({ state: 'finished', verdict: 'passed', exercise: 'other' });
  expect((await solution(cookie)).status).toBe(403);
});

test('an exercise that does not exist has no solution either', async () => {
  expect((await solution('', 'nope')).status).toBe(404);
});
