import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { hc } from 'hono/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Submission, submissionSchema } from '../contract/submission.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import { testStorage } from '../queue/testing-storage.ts';
import { patiently, testReport as report } from '../store/testing.ts';
import { type Api, createApi } from './app.ts';
import type { ApiDeps } from './deps.ts';
import { type Listening, listen } from './listen.ts';
import { testBrowser, testDeps, testExercise } from './testing.ts';

const storage = testStorage();
const { work } = storage;
let api: Hono;
const { send, get } = testBrowser(() => api);
let shutdown: AbortController;
const servers: Listening[] = [];

beforeEach(() => {
  api = newApi();
});
afterEach(async () => {
  shutdown.abort();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await storage.stopWorkers();
  expect(storage.faults).toEqual([]);
});

/** As after a restart: nothing is kept but the store. */
function newApi(changes: Partial<ApiDeps> = {}): Hono {
  shutdown = new AbortController();
  return createApi(testDeps({ log: storage.log, storage: () => storage, shutdown: shutdown.signal, ...changes }));
}

const forever: Grade = (_request, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

test('a submission is created for a new anonymous learner, who can read it and its list', async () => {
  const { response, setCookie, cookie, body } = await send();
  expect(response.status).toBe(201);
  expect(response.headers.get('Location')).toBe(`/api/submissions/${body.id}`);
  expect(submissionSchema.parse(body)).toMatchObject({
    exercise: testExercise.slug,
    attempt: 1,
    state: 'queued',
    lastEventSeq: 1,
  });
  expect(setCookie).toContain('HttpOnly');
  expect(setCookie).toContain('SameSite=Lax');
  expect(await (await get(`/api/submissions/${body.id}`, cookie)).json()).toEqual(body);
  const second = await send(cookie, 'FROM node:22');
  const list = await (await get(`/api/submissions?exercise=${testExercise.slug}`, cookie)).json();
  expect(list.map((one: Submission) => [one.id, one.attempt])).toEqual([
    [second.body.id, 2],
    [body.id, 1],
  ]);
  expect(await (await get('/api/submissions?exercise=other', cookie)).json()).toEqual([]);
});

test('reading leaves no learner behind', async () => {
  expect(await (await api.request('/api/submissions')).json()).toEqual([]);
  const { rows } = await storage.store.db.execute(sql`select count(*)::int as learners from learners`);
  expect(rows).toEqual([{ learners: 0 }]);
});

test("another learner's submission can be neither read, followed nor cancelled", async () => {
  const { body } = await send();
  const { cookie: other } = await send();
  for (const path of [`/api/submissions/${body.id}`, `/api/submissions/${body.id}/events`])
    expect((await get(path, other)).status).toBe(404);
  const cancel = await api.request(`/api/submissions/${body.id}`, { method: 'DELETE', headers: { Cookie: other } });
  expect(cancel.status).toBe(404);
  expect((await api.request(`/api/submissions/${body.id}`)).status).toBe(404);
});

test('a tampered cookie opens nothing, and submitting with it makes a fresh learner', async () => {
  const { cookie, body } = await send();
  const tampered = cookie.replace(/=(.)/, (_all, first: string) => `=${first === 'A' ? 'B' : 'A'}`);
  expect((await get(`/api/submissions/${body.id}`, tampered)).status).toBe(404);
  const fresh = await send(tampered);
  expect(fresh.response.status).toBe(201);
  expect(fresh.body.attempt).toBe(1);
  expect(fresh.cookie).not.toBe(cookie);
  expect((await get(`/api/submissions/${body.id}`, fresh.cookie)).status).toBe(404);
});

test('who throws the cookie away is a new learner only so often; who keeps it, and other addresses, go on', async () => {
  const { send: sendFrom } = testBrowser(() => api, '192.0.2.7');
  const { cookie } = await sendFrom();
  for (let n = 1; n < limits.api.newLearnersPerAddress; n += 1) expect((await sendFrom()).response.status).toBe(201);
  const refused = await sendFrom();
  expect(refused.response.status).toBe(429);
  expect(Number(refused.response.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(refused.setCookie).toBe('');
  expect(refused.body).toMatchObject({
    error: {
      code: 'too_many',
      message: expect.stringMatching(
        /^More than 60 new learners in 10 minutes came from your address\. Wait 10 minutes\. /,
      ),
    },
  });
  expect((await sendFrom(cookie)).response.status).toBe(201);
  expect((await testBrowser(() => api, '192.0.2.8').send()).response.status).toBe(201);
});

test('behind a proxy with TLS the cookie is for this host alone', async () => {
  api = newApi({ settings: { ...testDeps().settings, trustProxy: true } });
  const submit = async (headers: Record<string, string>) =>
    (await testBrowser(() => api, '127.0.0.1', headers).send()).setCookie;
  const setCookie = await submit({ 'X-Forwarded-Proto': 'https' });
  expect(setCookie).toMatch(/^__Host-stagecraft_learner=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const submissions = async (name: string) => {
    const Cookie = `${name}=${setCookie.split(';')[0]?.split('=').slice(1).join('=')}`;
    const headers = { Cookie, 'X-Forwarded-Proto': 'https' };
    return (await (await api.request('/api/submissions', { headers })).json()).length;
  };
  expect(await submissions('__Host-stagecraft_learner')).toBe(1);
  expect(await submissions('stagecraft_learner')).toBe(0);
  expect(await submit({})).toMatch(/^stagecraft_learner=.*; Path=\/; HttpOnly; SameSite=Lax$/);
});

test('something that is no id is simply not found', async () => {
  const { cookie } = await send();
  for (const id of ['1', "'; drop table learners", '00000000-0000-0000-0000-000000000000']) {
    expect((await get(`/api/submissions/${encodeURIComponent(id)}`, cookie)).status).toBe(404);
  }
});

test('one submission too many in flight is a 429 with when to come back', async () => {
  const { cookie } = await send();
  for (let n = 1; n < limits.api.submissionsInFlightPerLearner; n += 1) await send(cookie);
  const { response, body } = await send(cookie);
  expect(response.status).toBe(429);
  expect(response.headers.get('Retry-After')).toBe('10');
  expect(body).toMatchObject({ error: { code: 'too_many' } });
});

test('cancelling answers with the cancelled submission, twice is once, and a finished one is a 409', async () => {
  const { cookie, body } = await send();
  const cancel = (id: string) =>
    api.request(`/api/submissions/${id}`, { method: 'DELETE', headers: { Cookie: cookie } });
  expect(await (await cancel(body.id)).json()).toMatchObject({ state: 'cancelled' });
  expect((await cancel(body.id)).status).toBe(200);
  await work(async () => report);
  const { body: graded } = await send(cookie);
  await vi.waitFor(
    async () =>
      expect(await (await get(`/api/submissions/${graded.id}`, cookie)).json()).toMatchObject({ state: 'finished' }),
    patiently,
  );
  expect((await cancel(graded.id)).status).toBe(409);
});

interface Received {
  id: string | undefined;
  type: string | undefined;
  data: unknown;
}

function parseEvents(text: string): Received[] {
  return text
    .split('\n\n')
    .map(
      (block) =>
        new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])),
    )
    .filter((fields) => fields.has('event'))
    .map((fields) => ({
      id: fields.get('id'),
      type: fields.get('event'),
      data: JSON.parse(fields.get('data') ?? 'null'),
    }));
}

test('events are streamed to the end with their seq as id', async () => {
  const { cookie, body } = await send();
  const following = get(`/api/submissions/${body.id}/events`, cookie);
  await work(async (_request, { emit }) => {
    emit({ type: 'log', lines: [{ text: 'hello', stream: 'stdout' }] });
    return report;
  });
  const response = await following;
  expect(response.headers.get('Content-Type')).toContain('text/event-stream');
  const events = parseEvents(await response.text()).filter(({ id }) => id !== undefined);
  expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual(['1 state', '2 state', '3 log', '4 finished']);
  expect(events[2]?.data).toEqual({ type: 'log', lines: [{ text: 'hello', stream: 'stdout' }] });
});

test('a browser that comes back gets only what it missed, also from a server started anew', async () => {
  const { cookie, body } = await send();
  await work(async () => report);
  await (await get(`/api/submissions/${body.id}/events`, cookie)).text();
  api = newApi();
  const path = `/api/submissions/${body.id}/events`;
  const resumed = parseEvents(await (await get(path, cookie, { 'Last-Event-ID': '2' })).text());
  expect(resumed.map(({ id }) => id)).toEqual(['3']);
  expect(parseEvents(await (await get(`${path}?after=1`, cookie)).text()).map(({ id }) => id)).toEqual(['2', '3']);
  expect((await get(path, cookie, { 'Last-Event-ID': '3' })).status).toBe(204);
  expect((await get(path, cookie, { 'Last-Event-ID': 'x' })).status).toBe(400);
});

test('who waits is told when the place in the queue changes', async () => {
  const { cookie: first, body: ahead } = await send();
  const { cookie, body } = await send();
  const response = await get(`/api/submissions/${body.id}/events`, cookie);
  const positions: unknown[] = [];
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  const readUntil = async (position: number) => {
    while (positions.at(-1) !== position) {
      const { value, done } = await reader.read();
      if (done) throw new Error('ended');
      for (const { data } of parseEvents(value)) positions.push((data as { queuePosition?: number }).queuePosition);
    }
  };
  await readUntil(2);
  await api.request(`/api/submissions/${ahead.id}`, { method: 'DELETE', headers: { Cookie: first } });
  await readUntil(1);
  await reader.cancel();
});

test('open streams are bounded per learner, and a closed one makes room', async () => {
  const { cookie, body } = await send();
  const path = `/api/submissions/${body.id}/events`;
  const open = await Promise.all(Array.from({ length: limits.api.eventStreamsPerLearner }, () => get(path, cookie)));
  expect((await get(path, cookie)).status).toBe(429);
  await open[0]?.body?.cancel();
  const again = await vi.waitFor(async () => {
    const response = await get(path, cookie);
    expect(response.status).toBe(200);
    return response;
  }, patiently);
  await Promise.all([...open.slice(1), again].map((response) => response.body?.cancel()));
});

test('over a real connection: submit, follow, cancel; closing the server ends open streams', async () => {
  const server = await listen(api, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  const worker = await work(forever);
  let cookie = '';
  const client = hc<Api>(server.url, {
    fetch: (input: RequestInfo | URL, init?: RequestInit) =>
      fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), Cookie: cookie } }),
  });
  const created = await client.api.submissions.$post({
    json: { exercise: testExercise.slug, dockerfile: 'FROM node:20' },
  });
  cookie = created.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const submission: Submission = await created.json();
  const stream = await fetch(`${server.url}api/submissions/${submission.id}/events`, { headers: { Cookie: cookie } });
  const text = stream.text();
  await vi.waitFor(() => expect(worker.running()).toBe(1), patiently);
  const cancelled = await client.api.submissions[':id'].$delete({ param: { id: submission.id } });
  expect(await cancelled.json()).toMatchObject({ state: 'cancelled' });
  const types = parseEvents(await text).filter(({ id }) => id !== undefined);
  expect(types.map(({ type }) => type)).toEqual(['state', 'state', 'cancelled']);
  const second: Submission = await (
    await client.api.submissions.$post({ json: { exercise: testExercise.slug, dockerfile: 'FROM node:22' } })
  ).json();
  const open = await fetch(`${server.url}api/submissions/${second.id}/events`, { headers: { Cookie: cookie } });
  shutdown.abort();
  await open.text();
});

test('when the database is away it is a 503 with a sentence, and the server stays up', async () => {
  const { cookie, body } = await send();
  const gone = await storage.postgres.openStore();
  await gone.close();
  api = createApi(testDeps({ storage: () => ({ store: gone, queue: storage.queue }) }));
  const response = await get(`/api/submissions/${body.id}`, cookie);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    error: { code: 'not_ready', message: 'The database is not answering just now. Try again in a few seconds.' },
  });
  expect((await api.request('/api/health')).status).toBe(200);
});
