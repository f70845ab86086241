import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import type { Engine } from './engine.ts';
import { buildInSlot, ensureTestImage, testEngine, testImage } from './testing.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await testEngine();
  await ensureTestImage(engine);
});

afterAll(() => engine?.release());

/** How many records there are beside those of cache mounts. */
async function records(): Promise<number> {
  const { BuildCache } = (await engine.docker.df()) as { BuildCache: { Type: string }[] | null };
  return (BuildCache ?? []).filter(({ Type }) => Type !== 'exec.cachemount').length;
}

test('too many records go when nobody builds any more, and a cache mount keeps what was written', async () => {
  let slot = await engine.acquireSlot();
  const build = async (steps: string[]) => {
    const built = await buildInSlot(engine, slot.cgroupParent, {
      dockerfile: `FROM ${testImage}\n${steps.join('\n')}\n`,
    });
    expect(built.ok, built.output).toBe(true);
  };
  const name = `tidied-${Date.now()}`;
  const mount = `RUN --mount=type=cache,id=${name},target=/mounted`;
  let tidied: Promise<void> | undefined;
  try {
    // The id of a mount is no part of the step's cache key: only other words run again.
    await build([`${mount} echo ${name} > /mounted/file`]);
    for (let round = 0; (await records()) <= limits.engine.cacheRecordsMax; round += 1) {
      const folders = Array.from({ length: 40 }, (_, step) => `WORKDIR /${name}/${round}/${step}`);
      await build(folders);
    }
    const before = await records();
    // Not waited for: past a higher limit it lasts until the slot is given back.
    tidied = engine.tidy();
    await build(['WORKDIR /while-it-waits']);
    expect(await records()).toBeGreaterThanOrEqual(before);
  } finally {
    await slot.release();
  }
  await tidied;
  // A little at a time.
  for (let round = 0; round < 30 && (await records()) > limits.engine.cacheRecordsMax; round += 1) await engine.tidy();
  expect(await records()).toBeLessThanOrEqual(limits.engine.cacheRecordsMax);
  slot = await engine.acquireSlot();
  try {
    await build([`${mount} grep ${name} /mounted/file`]);
  } finally {
    await slot.release();
  }
});
