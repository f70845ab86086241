/** Layers as the engine really stores them, and what reading them costs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, LayerIndex, Slot } from './engine.ts';
import { buildInSlot, ensureTestImage, testEngine, testImage } from './testing.ts';

let engine: Engine;
let slot: Slot;
let imageId: string;
let layers: LayerIndex[];
const canary = 'canary-51b0e7d2-in-a-layer';

beforeAll(async () => {
  engine = await testEngine();
  await ensureTestImage(engine);
  slot = await engine.acquireSlot();
  const dockerfile = `FROM ${testImage}
RUN mkdir -p /a/b/c && echo hello > /a/b/c/f && ln /a/b/c/f /a/b/c/g && ln -s /etc/passwd /a/link && rm /usr/bin/tr
RUN rm -rf /a/b && mkdir -p /a/b && echo new > /a/b/x && echo ${canary} > /plain && base64 /plain > /encoded && gzip < /plain > /packed
RUN rm /plain
COPY --chown=12:34 Dockerfile /copied
`;
  const built = await buildInSlot(engine, slot.cgroupParent, { dockerfile });
  expect(built.output).toMatch(/writing image/);
  imageId = built.imageId;
  layers = await engine.layers(imageId);
});
afterAll(async () => {
  await slot.release();
  await engine.docker.getImage(imageId).remove({ force: true });
});

function entry(layer: number, path: string, type?: string) {
  return layers[layer]?.entries.find((one) => one.path === path && (type === undefined || one.type === type));
}

test('layers line up with the image’s diff ids from the bottom up', async () => {
  const { RootFS } = await engine.docker.getImage(imageId).inspect();
  expect(layers.map(({ diffId }) => diffId)).toEqual(RootFS.Layers);
  expect(layers).toHaveLength(5);
});

test('sizes count hard links once, and compressed sizes are measured', () => {
  expect(layers[1]?.sizeBytes).toBe(6);
  expect(entry(1, '/a/b/c/f')).toMatchObject({ type: 'file', sizeBytes: 6, uid: 0 });
  expect(entry(1, '/a/b/c/g')).toMatchObject({ type: 'file', sizeBytes: 6 });
  const base = layers[0] as LayerIndex;
  expect(base.compressedBytes).toBeGreaterThan(base.sizeBytes * 0.2);
  expect(base.compressedBytes).toBeLessThan(base.sizeBytes * 0.8);
});

test('what a layer deletes is a whiteout, and what it replaces whole is opaque', () => {
  expect(entry(1, '/usr/bin/tr')).toMatchObject({ type: 'whiteout' });
  expect(entry(2, '/a/b', 'opaque')).toBeDefined();
  expect(entry(3, '/plain')).toMatchObject({ type: 'whiteout' });
});

test('links keep their target and are not followed; owners are those of the image', () => {
  expect(entry(1, '/a/link')).toMatchObject({ type: 'symlink', linkTarget: '/etc/passwd' });
  expect(entry(4, '/copied')).toMatchObject({ uid: 12, gid: 34 });
});

test('a text is found in every form, also in a file that a later layer deletes', async () => {
  const matches = await engine.searchLayers({ imageId, diffIds: layers.map(({ diffId }) => diffId), needle: canary });
  const found = matches.filter(({ path }) => path !== '/copied').map(({ path, how }) => `${path} ${how}`);
  expect(found.sort()).toEqual(['/encoded base64', '/packed gzip', '/plain plain']);
  expect(new Set(matches.map(({ diffId }) => diffId))).toEqual(new Set([layers[2]?.diffId, layers[4]?.diffId]));
});

test('a tree deeper than a path may be long is read as far as it goes', async () => {
  const name = 'd'.repeat(200);
  const deep = `for i in $(seq 30); do mkdir ${name} && cd ${name}; done; echo ${canary} > leaf`;
  const dockerfile = `FROM ${testImage}\nRUN mkdir /deep && cd /deep && ${deep}\nRUN echo ${canary} > /seen\n`;
  const built = await buildInSlot(engine, slot.cgroupParent, { dockerfile });
  try {
    const [, deepLayer, next] = await engine.layers(built.imageId);
    expect(deepLayer?.truncated).toBe(true);
    expect(deepLayer?.entries.length).toBeGreaterThan(10);
    const diffIds = [deepLayer?.diffId as string, next?.diffId as string];
    const matches = await engine.searchLayers({ imageId: built.imageId, diffIds, needle: canary });
    expect(matches).toEqual([{ diffId: next?.diffId, path: '/seen', how: 'plain' }]);
  } finally {
    await engine.docker.getImage(built.imageId).remove({ force: true });
  }
});

test('only the layers asked for are searched', async () => {
  const diffIds = [layers[1]?.diffId as string];
  expect(await engine.searchLayers({ imageId, diffIds, needle: canary })).toEqual([]);
});

test('callers at the same time get the same answer', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => engine.layers(imageId)));
  for (const answer of answers) expect(answer).toEqual(layers);
});
