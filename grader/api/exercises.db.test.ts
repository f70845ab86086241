/** The solution of an exercise is earned: whoever has not passed it does not get it, however they ask. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testStorage } from '../queue/testing-storage.ts';
import { submissions } from '../store/schema.ts';
import { createApi } from './app.ts';
import { testBrowser, testDeps, testExercise } from './testing.ts';

const storage = testStorage();
const api = createApi(testDeps({ storage: () => storage }));
const { send, get } = testBrowser(() => api);

const learner = async () => (await send()).cookie;
const solution = (cookie = '', slug: string = testExercise.slug) => get(`/api/exercises/${slug}/solution`, cookie);

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
    await storage.store.db.update(submissions).set({ state: 'finished', verdict });
    expect((await solution(cookie)).status).toBe(403);
  },
);

test('who has passed gets it, and nobody else does', async () => {
  const cookie = await learner();
  await storage.store.db.update(submissions).set({ state: 'finished', verdict: 'passed' });
  const other = await learner();
  const answer = await solution(cookie);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ dockerfile: 'FROM node:20-slim\n# the answer' });
  expect((await solution(other)).status).toBe(403);
});

test('passing another exercise earns nothing here', async () => {
  const cookie = await learner();
  await storage.store.db.update(submissions).set({ state: 'finished', verdict: 'passed', exercise: 'other' });
  expect((await solution(cookie)).status).toBe(403);
});

test('a rebuild of the cache lab that went well earns nothing', async () => {
  const { cookie, body } = await send();
  await storage.store.db.update(submissions).set({ state: 'finished', verdict: 'failed' });
  const [row] = await storage.store.db.select().from(submissions);
  if (row === undefined) throw new Error('nothing was sent');
  const rebuild = { edit: 'server.js', predicted: [] };
  const rebuilt = { ...row, id: randomUUID(), rebuildOf: body.id, rebuild, verdict: 'passed' as const };
  await storage.store.db.insert(submissions).values(rebuilt);
  expect((await solution(cookie)).status).toBe(403);
});

test('an exercise that does not exist has no solution either', async () => {
  expect((await solution('', 'nope')).status).toBe(404);
});
