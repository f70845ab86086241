import { gunzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decodeLayerFiles, layerFilesSchema, submissionLayersSchema } from '../contract/layers.ts';
import { type Submission, submissionSummarySchema } from '../contract/submission.ts';
import type { Grade } from '../grade-submission.ts';
import { testStorage } from '../queue/testing-storage.ts';
import { patiently, testReport as report } from '../store/testing.ts';
import { createApi } from './app.ts';
import { testBrowser, testDeps } from './testing.ts';

const storage = testStorage();
const { work, stopWorkers } = storage;
let api: Hono;
const { send, get } = testBrowser(() => api);

beforeEach(() => {
  api = createApi(testDeps({ log: storage.log, storage: () => storage }));
});
afterEach(() => expect(storage.faults).toEqual([]));

const layerEntry = (path: string, sizeBytes: number) => ({
  ...{ path, type: 'file' as const, sizeBytes, mode: 0o644, uid: 0, gid: 0 },
});

/** Grades to an image of a base and one layer more, which has one file. */
const withLayers =
  (name: string): Grade =>
  async (_request, { onLayers }) => {
    const layers = ['base', name].map((diffId, index) => ({
      ...{ diffId: `sha256:${diffId}`, sizeBytes: 5, createdBy: 'COPY . .', fromBase: index === 0, truncated: false },
      ...{ line: index === 0 ? undefined : 2, entries: [layerEntry(`/${diffId}/\u202e<b>`, 5)] },
    }));
    onLayers?.(layers);
    const image = { sizeBytes: 10, compressedBytes: 4, user: 'root', workingDir: '/', exposedPorts: [] };
    const rebuilds = [{ edited: 'main.ts', seconds: 1.5 }];
    return { ...report, rebuilds, image: { ...image, entrypoint: [], cmd: [], layers } };
  };

async function finished(cookie: string, id: string): Promise<Submission> {
  await vi.waitFor(
    async () => expect(await (await get(`/api/submissions/${id}`, cookie)).json()).toMatchObject({ state: 'finished' }),
    patiently,
  );
  return (await get(`/api/submissions/${id}`, cookie)).json();
}

test('the layers of an image are listed with their files, and told again only when they changed', async () => {
  await work(withLayers('own'));
  const { body, cookie } = await send();
  await finished(cookie, body.id);
  const address = `/api/submissions/${body.id}/layers`;
  const answer = await get(address, cookie);
  const { layers, ...image } = submissionLayersSchema.parse(await answer.json());
  expect(image).toEqual({ submission: body.id, attempt: 1, sizeBytes: 10 });
  expect(layers.map(({ diffId, fromBase, line, files, entries }) => [diffId, fromBase, line, files, entries])).toEqual([
    ['sha256:base', true, undefined, 'here', 1],
    ['sha256:own', false, 2, 'here', 1],
  ]);
  const again = await get(address, cookie, { 'If-None-Match': answer.headers.get('ETag') ?? '' });
  expect(again.status).toBe(304);

  const files = await get(`${address}/sha256:own`, cookie);
  expect(decodeLayerFiles(layerFilesSchema.parse(await files.json()))).toEqual([layerEntry('/own/\u202e<b>', 5)]);
  expect(files.headers.get('Cache-Control')).toContain('immutable');
  const gzipped = await get(`${address}/sha256:own`, cookie, { 'Accept-Encoding': 'gzip' });
  expect(gzipped.headers.get('Content-Encoding')).toBe('gzip');
  expect(gunzipSync(Buffer.from(await gzipped.arrayBuffer())).toString()).toContain('"/own"');
  const known = await get(`${address}/sha256:own`, cookie, { 'If-None-Match': files.headers.get('ETag') ?? '' });
  expect(known.status).toBe(304);

  await storage.store.db.execute(sql`delete from layer_files where diff_id = 'sha256:own'`);
  expect((await get(`${address}/sha256:own`, cookie)).status).toBe(404);
  expect((await (await get(address, cookie)).json()).layers[1]).toMatchObject({ files: 'not_kept', line: 2 });
});

test("another learner sees neither one's layers nor the files of a layer that their own image has not", async () => {
  await work(withLayers('mine'));
  const mine = await send();
  await finished(mine.cookie, mine.body.id);
  await stopWorkers();
  await work(withLayers('theirs'));
  const theirs = await send();
  await finished(theirs.cookie, theirs.body.id);
  const own = `/api/submissions/${theirs.body.id}/layers`;
  const foreign = `/api/submissions/${mine.body.id}/layers`;
  expect((await get(foreign, theirs.cookie)).status).toBe(404);
  expect((await get(`${foreign}/sha256:mine`, theirs.cookie)).status).toBe(404);
  expect((await get(`${own}/sha256:mine`, theirs.cookie)).status).toBe(404);
  expect((await get(`${own}/sha256:base`, theirs.cookie)).status).toBe(200);
  expect((await api.request(own)).status).toBe(404);
});

test('where nothing was built there are no layers, and the list of attempts has figures of those that were', async () => {
  await work(async (request, options) => {
    if (request.dockerfile.includes('broken')) return { ...report, verdict: 'build_failed' };
    return withLayers('own')(request, options);
  });
  const broken = await send(undefined, 'FROM broken');
  await finished(broken.cookie, broken.body.id);
  const answer = await get(`/api/submissions/${broken.body.id}/layers`, broken.cookie);
  expect([answer.status, (await answer.json()).error.message]).toEqual([
    404,
    'This submission has no image, so there are no layers to show.',
  ]);
  const built = await send(broken.cookie);
  await finished(broken.cookie, built.body.id);
  const list = submissionSummarySchema.array().parse(await (await get('/api/submissions', broken.cookie)).json());
  expect(list.map(({ sizeBytes, buildMs, rebuildSeconds }) => [sizeBytes, buildMs, rebuildSeconds])).toEqual([
    [10, 1, 1.5],
    [undefined, 1, undefined],
  ]);
});
