import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { apiErrorSchema } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import { createApi } from './app.ts';
import { listen } from './listen.ts';
import { readCookieSecret } from './session.ts';
import { testDeps, testExercise, testHealth } from './testing.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'stagecraft-api-'));
  folders.push(path);
  return path;
}
afterEach(async () => {
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

const post = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': 'application/json', ...headers },
});
const good = JSON.stringify({ exercise: testExercise.slug, dockerfile: 'FROM node:20' });

async function refusal(response: Response | Promise<Response>) {
  const answer = await response;
  const { error } = apiErrorSchema.parse(await answer.json());
  return { status: answer.status, ...error };
}

test('exercises, catalogue and health are answered without a database', async () => {
  const api = createApi(testDeps());
  expect(await (await api.request('/api/exercises')).json()).toEqual([testExercise]);
  expect(await (await api.request('/api/exercises/small-node')).json()).toEqual(testExercise);
  expect(await (await api.request('/api/catalogue')).json()).toMatchObject({ source: 'stand-in' });
  expect(await (await api.request('/api/health')).json()).toEqual(testHealth);
});

test('an exercise that does not exist is a 404 with a sentence', async () => {
  const api = createApi(testDeps());
  const expected = { status: 404, code: 'not_found', message: expect.stringContaining('There is no exercise "nope".') };
  expect(await refusal(api.request('/api/exercises/nope'))).toMatchObject(expected);
  expect(
    await refusal(api.request('/api/submissions', post(JSON.stringify({ exercise: 'nope', dockerfile: 'x' })))),
  ).toMatchObject(expected);
});

test('a body that is not JSON is refused with what is wrong about it', async () => {
  const api = createApi(testDeps());
  expect(await refusal(api.request('/api/submissions', post('{"exercise": ')))).toMatchObject({
    status: 400,
    message: expect.stringMatching(/^The body must be JSON like .*; it is not: Unexpected end of JSON input\.$/),
  });
  expect(await refusal(api.request('/api/submissions', post('')))).toMatchObject({
    status: 400,
    message: expect.stringContaining('it is empty'),
  });
  expect(await refusal(api.request('/api/submissions', post(good, { 'Content-Type': 'text/plain' })))).toMatchObject({
    status: 400,
    message: expect.stringContaining('the Content-Type is "text/plain"'),
  });
});

test('a body with wrong fields names each of them', async () => {
  const api = createApi(testDeps());
  const refused = await refusal(api.request('/api/submissions', post('{"exercise": 5}')));
  expect(refused.status).toBe(400);
  expect(refused.fields?.map(({ path }) => path)).toEqual(['exercise', 'dockerfile']);
});

test('a megabyte of text is too large, and so is a Dockerfile above its own limit', async () => {
  const api = createApi(testDeps());
  const megabyte = JSON.stringify({ exercise: testExercise.slug, dockerfile: 'x'.repeat(1024 * 1024) });
  expect(await refusal(api.request('/api/submissions', post(megabyte)))).toMatchObject({
    status: 413,
    message: expect.stringContaining('larger than 128 KB'),
  });
  const long = JSON.stringify({
    exercise: testExercise.slug,
    dockerfile: 'x'.repeat(limits.admit.dockerfileBytes + 1),
  });
  expect(await refusal(api.request('/api/submissions', post(long)))).toMatchObject({
    status: 413,
    message: expect.stringContaining('The Dockerfile has 65 KB'),
  });
});

test('a NUL character is refused with its line', async () => {
  const body = JSON.stringify({ exercise: testExercise.slug, dockerfile: 'FROM a\nRUN \0' });
  expect(await refusal(createApi(testDeps()).request('/api/submissions', post(body)))).toMatchObject({
    status: 400,
    message: expect.stringContaining('line 2'),
  });
});

test('without a database submissions are refused for now, with when to come back', async () => {
  const response = await createApi(testDeps()).request('/api/submissions', post(good));
  expect(response.headers.get('Retry-After')).toBe('10');
  expect(await refusal(response)).toMatchObject({ status: 503, code: 'not_ready' });
});

test('a machine that can not grade says what it lacks', async () => {
  const health = () => ({
    ...testHealth,
    status: 'reading' as const,
    missing: ['Unprivileged user namespaces are off.'],
  });
  expect(await refusal(createApi(testDeps({ health })).request('/api/submissions', post(good)))).toMatchObject({
    status: 503,
    message: 'This machine can show the lessons but not grade. Unprivileged user namespaces are off.',
  });
});

test('an exercise whose base image could not be made is refused with the reason', async () => {
  const catalogue = () => ({
    source: 'stand-in' as const,
    images: [
      { name: 'node:20-slim', aliases: [], summary: '', state: 'failed' as const, failure: 'The disk is full.' },
    ],
  });
  expect(await refusal(createApi(testDeps({ catalogue })).request('/api/submissions', post(good)))).toMatchObject({
    status: 503,
    message: expect.stringContaining('its base image node:20-slim could not be made ready. The disk is full.'),
  });
});

test('an unexpected error shows a sentence and an id, and its text only goes to the log', async () => {
  const log = vi.fn(() => 'abcd');
  const api = createApi(testDeps({ log, health: () => Promise.reject(new Error('password=hunter2')) }));
  const response = await api.request('/api/health');
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal', id: 'abcd' } });
  expect(text).not.toContain('hunter2');
  expect(log).toHaveBeenCalledWith('GET /api/health', expect.objectContaining({ message: 'password=hunter2' }));
});

test('requests from another site may not change anything', async () => {
  const api = createApi(testDeps());
  const foreign: Record<string, string>[] = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const headers of foreign) {
    expect(await refusal(api.request('/api/submissions', post(good, headers)))).toMatchObject({ status: 403 });
  }
  expect(
    (await api.request('/api/submissions', post(good, { Origin: 'http://localhost', Host: 'localhost' }))).status,
  ).toBe(503);
});

test('a host name that is not ours is refused, IP addresses and configured names are not', async () => {
  const api = createApi(testDeps());
  const statusFor = async (Host: string) => (await api.request('/api/exercises', { headers: { Host } })).status;
  expect(await statusFor('rebound.evil.example:4321')).toBe(403);
  for (const host of ['localhost:4321', '127.0.0.1:4321', '[::1]:4321', '192.168.1.20', 'stagecraft.school.example'])
    expect(await statusFor(host)).toBe(200);
});

test('every answer carries the security headers, errors too', async () => {
  const api = createApi(testDeps());
  for (const path of ['/api/exercises', '/api/nope', '/nope']) {
    const { headers } = await api.request(path);
    expect(headers.get('Content-Security-Policy')).toBe("frame-ancestors 'none'; base-uri 'self'; object-src 'none'");
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('same-origin');
    expect(headers.get('Permissions-Policy')).toContain('camera=()');
    expect(headers.get('Strict-Transport-Security')).toBeNull();
  }
});

test('what is one learner’s own stays out of caches', async () => {
  const api = createApi(testDeps());
  for (const path of ['/api/submissions', '/api/exercises/small-node/solution', '/api/nope'])
    expect((await api.request(path)).headers.get('Cache-Control')).toBe('private, no-store');
});

test('an address that asks too often is told when to come back', async () => {
  const api = createApi(testDeps());
  for (let n = 0; n < limits.api.requestsPerMinutePerAddress; n += 1) await api.request('/api/exercises');
  const response = await api.request('/api/exercises');
  expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(await refusal(response)).toMatchObject({ status: 429, code: 'too_many' });
});

test('the OpenAPI document describes every route with its schemas', async () => {
  const document = await (await createApi(testDeps()).request('/api/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual(
    [
      '/api/catalogue',
      '/api/exercises',
      '/api/exercises/{slug}',
      '/api/exercises/{slug}/images/{kind}',
      '/api/exercises/{slug}/images/{kind}/layers/{diffId}',
      '/api/exercises/{slug}/solution',
      '/api/health',
      '/api/submissions',
      '/api/submissions/{id}',
      '/api/submissions/{id}/events',
      '/api/submissions/{id}/layers',
      '/api/submissions/{id}/layers/{diffId}',
      '/api/submissions/{id}/rebuilds',
      '/api/submissions/{id}/terminal',
      '/api/submissions/{id}/terminal/files',
      '/api/submissions/{id}/terminal/socket',
    ].toSorted(),
  );
  const submit = document.paths['/api/submissions'].post;
  expect(JSON.stringify(submit.requestBody)).toContain('the text of the Dockerfile');
  expect(Object.keys(submit.responses)).toEqual(['201', '400', '404', '413', '429', '503']);
});

test("the report's JSON Schema is published", async () => {
  const schema = await (await createApi(testDeps()).request('/api/schema/report.json')).json();
  expect(schema.properties.verdict.enum).toContain('grader_error');
});

test('an address below /api that there is none of is a 404 in the same shape', async () => {
  expect(await refusal(createApi(testDeps()).request('/api/nope', { method: 'PUT' }))).toMatchObject({
    status: 404,
    message: expect.stringContaining('There is no PUT /api/nope here.'),
  });
});

test('a taken port is one clear sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    await expect(listen(createApi(testDeps()), { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        new RegExp(
          `^Port ${port} on 127\\.0\\.0\\.1 is taken by another program\\. Stop that one, or choose .*--port \\d+`,
        ),
      ),
    });
  } finally {
    other.close();
  }
});

test('a second Stagecraft is told of the first, and offered a home and a port of its own', async () => {
  const first = await listen(createApi(testDeps()), { host: '127.0.0.1', port: 0 });
  try {
    await expect(listen(createApi(testDeps()), { host: '127.0.0.1', port: first.port })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        new RegExp(
          `^A Stagecraft serves on port ${first.port} already .*STAGECRAFT_HOME=.* --port (?!${first.port})\\d+$`,
        ),
      ),
    });
  } finally {
    await first.close();
  }
});

/** Sent in pieces and without a length. */
function inPieces(text: string, pieces: number): RequestInit {
  const body = new ReadableStream({
    start(controller) {
      for (let n = 0; n < pieces; n += 1) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  return { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': 'application/json' } } as RequestInit;
}

test('over a real connection a megabyte is refused with its sentence, and the server stays up', async () => {
  const server = await listen(createApi(testDeps()), { host: '127.0.0.1', port: 0 });
  try {
    const address = `${server.url}api/submissions`;
    const megabyte = JSON.stringify({ exercise: testExercise.slug, dockerfile: 'x'.repeat(1024 * 1024) });
    expect(await refusal(fetch(address, post(megabyte)))).toMatchObject({ status: 413 });
    expect(await refusal(fetch(address, inPieces('x'.repeat(32 * 1024), 32)))).toMatchObject({ status: 413 });
    expect(await refusal(fetch(address, inPieces(good, 1)))).toMatchObject({ status: 503, code: 'not_ready' });
    expect((await fetch(`${server.url}api/health`)).status).toBe(200);
  } finally {
    await server.close();
  }
});

test("the cookies' secret is made once and only for us to read", async () => {
  const home = join(await folder(), 'home');
  const secret = await readCookieSecret(home);
  expect(await readCookieSecret(home)).toBe(secret);
  expect((await stat(join(home, 'cookie-secret'))).mode & 0o777).toBe(0o600);
  await writeFile(join(home, 'cookie-secret'), 'short');
  await expect(readCookieSecret(home)).rejects.toThrow(/is too short\. Remove it/);
});
