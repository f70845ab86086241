/** The cache lab over HTTP: who may build what again, how it waits, ends and is forgotten. */
import type { Hono } from 'hono';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Rebuild, type RebuildResult, rebuildSchema } from '../contract/rebuild.ts';
import type { Report } from '../contract/report.ts';
import type { Submission } from '../contract/submission.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import { testStorage } from '../queue/testing-storage.ts';
import type { Rebuild as RunRebuild } from '../rebuild-submission.ts';
import { patiently, testReport } from '../store/testing.ts';
import { createApi } from './app.ts';
import { testDeps, testExercise } from './testing.ts';

const storage = testStorage();
let api: Hono;

const app = [
  { path: 'src/server.js', text: 'listen();\n', sizeBytes: 10 },
  { path: 'logo.png', text: '', sizeBytes: 900 },
];
const exercise = { ...testExercise, files: app };

beforeEach(() => {
  const sample = testDeps().exercises();
  const find = (slug: string) => (slug === exercise.slug ? exercise : undefined);
  const exercises = { ...sample, list: () => [exercise], find };
  api = createApi(testDeps({ storage: () => storage, exercises: () => exercises }));
});
const reportOf = (ok: boolean): Report => ({
  ...{ ...testReport, verdict: ok ? 'failed' : 'build_failed' },
  build: { ...testReport.build, ok },
});
const result: RebuildResult = {
  ok: true,
  durationMs: 5,
  steps: [{ line: 2, text: 'COPY . .', did: 'runs', because: 'it takes src/server.js in', durationMs: 4 }],
};
const forever = (_request: unknown, { signal }: { signal: AbortSignal }) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const work = ({ grade = async () => reportOf(true), rebuild }: { grade?: Grade; rebuild?: RunRebuild }) =>
  storage.work(grade, { rebuild });

async function call<T>(
  path: string,
  { cookie = '', body, method }: { cookie?: string; body?: object; method?: string },
) {
  const response = await api.request(path, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T, headers: response.headers };
}

async function submit(cookie = ''): Promise<{ id: string; cookie: string }> {
  const body = { exercise: exercise.slug, dockerfile: 'FROM node:20\nCOPY . .\n' };
  const sent = await call<Submission>('/api/submissions', { cookie, body });
  return { id: sent.body.id, cookie: cookie || (sent.headers.get('Set-Cookie')?.split(';')[0] ?? '') };
}

async function ended(id: string, cookie: string): Promise<Submission> {
  return vi.waitFor(async () => {
    const { body } = await call<Submission>(`/api/submissions/${id}`, { cookie });
    expect(body.state).toBe('finished');
    return body;
  }, patiently);
}

const asked = { edit: 'src/server.js', predicted: [{ line: 2, says: 'cached' as const }] };

test('a built submission is built again after an edit, and keeps what was predicted and what came out', async () => {
  const rebuild = vi.fn<RunRebuild>(async (_request, { emit }) => {
    emit({ type: 'phase', phase: 'build' });
    return result;
  });
  await work({ rebuild });
  const { id, cookie } = await submit();
  await ended(id, cookie);
  const posted = await call<Rebuild>(`/api/submissions/${id}/rebuilds`, { cookie, body: asked });
  expect(posted.status).toBe(201);
  expect(rebuildSchema.parse(posted.body)).toMatchObject({ submission: id, state: 'queued', ...asked });
  const again = await ended(posted.body.id, cookie);
  expect(again).toMatchObject({ verdict: 'passed', attempt: 1 });
  expect(rebuild.mock.calls[0]?.[0]).toMatchObject({ edit: 'src/server.js', dockerfile: 'FROM node:20\nCOPY . .\n' });
  const listed = await call<Rebuild[]>(`/api/submissions/${id}/rebuilds`, { cookie });
  expect(listed.body).toEqual([expect.objectContaining({ id: posted.body.id, state: 'finished', result, ...asked })]);
  const events = await api.request(`/api/submissions/${posted.body.id}/events`, { headers: { Cookie: cookie } });
  expect(await events.text()).toMatch(/event: phase[\s\S]*event: finished/);
});

test('a rebuild is no attempt: lists of submissions leave it out, and the next try has the next number', async () => {
  await work({ rebuild: async () => result });
  const { id, cookie } = await submit();
  await ended(id, cookie);
  const { body } = await call<Rebuild>(`/api/submissions/${id}/rebuilds`, { cookie, body: asked });
  await ended(body.id, cookie);
  const own = await call<Submission[]>('/api/submissions', { cookie });
  expect(own.body.map((each) => each.id)).toEqual([id]);
  const second = await submit(cookie);
  expect((await ended(second.id, cookie)).attempt).toBe(2);
});

test('nothing is built again that was not built, is being graded, or has no such file', async () => {
  const { id, cookie } = await submit();
  const early = await call(`/api/submissions/${id}/rebuilds`, { cookie, body: asked });
  expect(early).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('still being graded') } },
  });
  await work({ grade: async () => reportOf(false) });
  await ended(id, cookie);
  const unbuilt = await call(`/api/submissions/${id}/rebuilds`, { cookie, body: asked });
  expect(unbuilt).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('built no image') } },
  });
  await storage.stopWorkers();
  await work({});
  const built = await submit(cookie);
  await ended(built.id, cookie);
  for (const edit of ['logo.png', '../secret', 'nothing.js']) {
    const refused = await call(`/api/submissions/${built.id}/rebuilds`, { cookie, body: { ...asked, edit } });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: { message: expect.stringMatching(/^Expected a text file of the app, like src\/server\.js, found/) },
      },
    });
  }
});

test("another learner's submission does not exist", async () => {
  await work({});
  const { id, cookie } = await submit();
  await ended(id, cookie);
  const other = await submit();
  for (const body of [asked, undefined]) {
    const found = await call(`/api/submissions/${id}/rebuilds`, { cookie: other.cookie, ...(body && { body }) });
    expect(found.status).toBe(404);
  }
});

test('a rebuild is cancelled as a submission is, and counts against the same limit', async () => {
  await work({ rebuild: forever });
  const { id, cookie } = await submit();
  await ended(id, cookie);
  const sent: string[] = [];
  for (let count = 0; count < limits.api.submissionsInFlightPerLearner; count += 1) {
    sent.push((await call<Rebuild>(`/api/submissions/${id}/rebuilds`, { cookie, body: asked })).body.id);
  }
  expect((await call(`/api/submissions/${id}/rebuilds`, { cookie, body: asked })).status).toBe(429);
  for (const each of sent) {
    const cancelled = await call<Submission>(`/api/submissions/${each}`, { cookie, method: 'DELETE' });
    expect(cancelled.body.state).toBe('cancelled');
  }
  const listed = await call<Rebuild[]>(`/api/submissions/${id}/rebuilds`, { cookie });
  expect(listed.body.map(({ state }) => state)).toEqual(sent.map(() => 'cancelled'));
});

test('only the newest rebuilds are kept', async () => {
  await work({ rebuild: async () => result });
  const { id, cookie } = await submit();
  await ended(id, cookie);
  const sent: string[] = [];
  for (let count = 0; count < limits.api.rebuildsKeptPerSubmission + 2; count += 1) {
    const { body } = await call<Rebuild>(`/api/submissions/${id}/rebuilds`, { cookie, body: asked });
    await ended(body.id, cookie);
    sent.push(body.id);
  }
  const listed = await call<Rebuild[]>(`/api/submissions/${id}/rebuilds`, { cookie });
  expect(listed.body.map((each) => each.id)).toEqual(sent.toReversed().slice(0, limits.api.rebuildsKeptPerSubmission));
});
