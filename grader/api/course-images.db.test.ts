/** Images of starter and solution over HTTP: built once for all, and the solution's only for those who have passed. */
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { beforeEach, expect, test, vi } from 'vitest';
import {
  type CourseImage,
  courseImageSchema,
  decodeLayerFiles,
  type LayerEntry,
  layerFilesSchema,
} from '../contract/layers.ts';
import type { BuildCourseImage, BuiltCourseImage } from '../course-image.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { testStorage } from '../queue/testing-storage.ts';
import { submissions } from '../store/schema.ts';
import { patiently, testReport } from '../store/testing.ts';
import { createApi } from './app.ts';
import type { ApiDeps } from './deps.ts';
import { testBrowser, testDeps, testExercise } from './testing.ts';

const storage = testStorage();
let api: Hono;
const { send, get } = testBrowser(() => api);

const open = (changes: Partial<ApiDeps> = {}) => {
  api = createApi(testDeps({ storage: () => storage, log: storage.log, ...changes }));
};
beforeEach(() => open());

const file = (path: string): LayerEntry => ({ path, type: 'file', sizeBytes: 7, mode: 0o644, uid: 0, gid: 0 });

/** A base and one layer with one file, which says of what it is. */
function builtImage(key: string, name: string): BuiltCourseImage {
  const layers = ['base', name].map((diffId, index) => ({
    ...{ diffId, sizeBytes: 7, createdBy: 'COPY . .', line: index === 0 ? undefined : 2 },
    ...{ fromBase: index === 0, truncated: false, entries: [file(`/${diffId}/file`)] },
  }));
  return { key, image: { sizeBytes: 14, baseImage: 'node:20-slim', layers }, layers };
}

const built = () =>
  vi.fn<BuildCourseImage>(async ({ exercise, kind }) => builtImage(`${exercise} ${kind}`, `${kind}-layer`));

const work = (courseImage: BuildCourseImage) => storage.work(async () => testReport, { courseImage });
const address = (kind: string) => `/api/exercises/${testExercise.slug}/images/${kind}`;
const ask = (kind: string, cookie = '') => api.request(address(kind), { method: 'POST', headers: { Cookie: cookie } });
const read = async (kind: string, cookie = ''): Promise<CourseImage> =>
  courseImageSchema.parse(await (await get(address(kind), cookie)).json());

const until = (kind: string, state: CourseImage['state'], cookie = '') =>
  vi.waitFor(async () => {
    const image = await read(kind, cookie);
    expect(image.state).toBe(state);
    return image;
  }, patiently);

async function passed(): Promise<string> {
  const { cookie, body } = await send();
  await storage.store.db.update(submissions).set({ state: 'finished', verdict: 'passed' }).where(sql`id = ${body.id}`);
  return cookie;
}

test('the starter is built once for all who ask, and its files are there', async () => {
  const build = built();
  const { cookie } = await send();
  const { cookie: other } = await send();
  expect(await read('starter')).toEqual({ state: 'not_built' });
  for (const each of [cookie, other]) {
    const answer = await ask('starter', each);
    expect([answer.status, await answer.json()]).toEqual([202, { state: 'building' }]);
  }
  await work(build);
  const image = await until('starter', 'built');
  expect(image).toMatchObject({
    image: { sizeBytes: 14, baseImage: 'node:20-slim', layers: [{ files: 'here' }, { files: 'here', line: 2 }] },
  });
  const files = await get(`${address('starter')}/layers/starter-layer`, '');
  expect(decodeLayerFiles(layerFilesSchema.parse(await files.json()))).toEqual([file('/starter-layer/file')]);
  expect(await (await ask('starter', cookie)).json()).toMatchObject({ state: 'built' });
  expect(build).toHaveBeenCalledTimes(1);
});

test('of the solution nobody learns anything who has not passed, also when it is built', async () => {
  await work(built());
  const cookie = await passed();
  expect((await ask('solution', cookie)).status).toBe(202);
  await until('solution', 'built', cookie);
  const { cookie: other } = await send();
  for (const each of [other, '', 'stagecraft_learner=made.up']) {
    const answers = await Promise.all([
      get(address('solution'), each),
      ask('solution', each),
      get(`${address('solution')}/layers/solution-layer`, each),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('COPY');
    }
  }
  // Nor by way of an image that they may see.
  await ask('starter', other);
  await until('starter', 'built');
  expect((await get(`${address('starter')}/layers/solution-layer`, other)).status).toBe(404);
  expect((await get(`${address('solution')}/layers/solution-layer`, cookie)).status).toBe(200);
});

test('who has sent nothing has nothing built, and there are no other images', async () => {
  expect((await ask('starter')).status).toBe(403);
  expect((await get(address('mistakes'), await passed())).status).toBe(404);
  expect((await get('/api/exercises/nope/images/starter', '')).status).toBe(404);
  open({ courseImageKey: () => undefined });
  expect((await get(address('starter'), '')).status).toBe(503);
});

test('one that does not build says so, is in the log, and is tried again when asked for again', async () => {
  const build = built().mockRejectedValueOnce(new StagecraftError('internal', 'It does not build here.'));
  const { cookie } = await send();
  await work(build);
  await ask('starter', cookie);
  expect(await until('starter', 'failed')).toMatchObject({
    message: expect.stringMatching(/^It does not build here\. \(In the log: log-\d+\.\)$/),
  });
  expect(storage.faults).toHaveLength(1);
  await ask('starter', cookie);
  await until('starter', 'built');
});

test('a starter that is there to be repaired has no image, and is not built again and again', async () => {
  const build = vi.fn<BuildCourseImage>(async () => ({
    key: `${testExercise.slug} starter`,
    unbuildable: 'It does not build as it is.',
  }));
  const { cookie } = await send();
  await work(build);
  await ask('starter', cookie);
  expect(await until('starter', 'unbuildable')).toMatchObject({ message: 'It does not build as it is.' });
  expect(await (await ask('starter', cookie)).json()).toMatchObject({ state: 'unbuildable' });
  expect(build).toHaveBeenCalledTimes(1);
  expect(storage.faults).toEqual([]);
});

test('it is built anew when its content has changed, and when its files were cleared away', async () => {
  const build = built();
  const { cookie } = await send();
  await work(build);
  await ask('starter', cookie);
  await until('starter', 'built');
  await storage.store.db.execute(sql`delete from layer_files where diff_id = 'starter-layer'`);
  expect(await read('starter')).toEqual({ state: 'not_built' });
  await ask('starter', cookie);
  await until('starter', 'built');
  open({ courseImageKey: () => 'of a new starter' });
  expect(await read('starter')).toEqual({ state: 'not_built' });
  build.mockImplementation(async () => builtImage('of a new starter', 'new'));
  await ask('starter', cookie);
  expect(await until('starter', 'built')).toMatchObject({ image: { layers: [{}, { diffId: 'new' }] } });
  expect(build).toHaveBeenCalledTimes(3);
});

test('what a worker was building when it was stopped is built by the next', async () => {
  const { cookie } = await send();
  const started = vi.fn();
  await work((_request, { signal }) => {
    started();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await ask('starter', cookie);
  await vi.waitFor(() => expect(started).toHaveBeenCalled(), patiently);
  await storage.stopWorkers();
  expect(await read('starter')).toEqual({ state: 'building' });
  await work(built());
  await until('starter', 'built');
  expect(storage.faults).toEqual([]);
});

test('one whose builder got lost can be asked for again', async () => {
  const { cookie } = await send();
  await ask('starter', cookie);
  await storage.store.db.execute(sql`delete from pgboss.job where name = 'course-images'`);
  const seconds = limits.courseImages.staleSeconds + 1;
  await storage.store.db.execute(sql`update course_images set changed_at = now() - make_interval(secs => ${seconds})`);
  expect(await read('starter')).toEqual({ state: 'not_built' });
  await work(built());
  await ask('starter', cookie);
  await until('starter', 'built');
});
