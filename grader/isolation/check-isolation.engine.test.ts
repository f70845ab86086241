import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Engine, Slot } from '../engine/engine.ts';
import { testEngine } from '../engine/testing.ts';
import { ensureToolbox, leftBehind } from '../evidence/testing.ts';
import { limits } from '../limits.ts';
import { silentProgress } from '../progress.ts';
import { makeWorkFolder } from '../work-folder.ts';
import { checkIsolation, observe } from './check-isolation.ts';
import { checkAndRemember } from './guard-isolation.ts';
import { missingWalls } from './isolation.ts';
import { judge } from './judge.ts';

let engine: Engine;
const signal = new AbortController().signal;

beforeAll(async () => {
  engine = await testEngine();
  await ensureToolbox(engine);
});
afterAll(() => engine?.release());

async function inSlot<T>(use: (slot: Slot) => Promise<T>): Promise<T> {
  const slot = await engine.acquireSlot(signal);
  try {
    return await use(slot);
  } finally {
    await slot.release();
  }
}

test('every wall of this engine holds, and nothing of the attacks is left', async () => {
  const before = await engine.docker.listImages();
  const homeDir = await makeWorkFolder();
  onTestFinished(() => rm(homeDir, { recursive: true, force: true }));
  const report = await checkAndRemember(
    { engine, signal, settings: { homeDir }, progress: silentProgress, toolbox: async () => {} },
    { launcher: 'host', recipe: 'any' },
  );
  expect(missingWalls(report)).toEqual([]);
  expect(report.walls.length).toBeGreaterThanOrEqual(23);
  expect(await leftBehind(engine.docker)).toEqual([]);
  expect((await engine.docker.listImages()).length).toBe(before.length);
});

test('a control group that nobody made is seen not to limit', async () => {
  const nobodys = `/nobody-made-${Math.random().toString(36).slice(2)}`;
  const observed = await inSlot((slot) => observe({ engine, slot: { ...slot, cgroupParent: nobodys }, signal }));
  const missing = judge(observed).filter(({ held }) => !held);
  const ids = missing.map(({ id }) => id);
  expect(ids).toContain('build-memory');
  expect(ids).toContain('build-processes');
  // With no more processors than a slot may use, there is nothing to see.
  if (availableParallelism() > limits.slot.cpus * 2) expect(ids).toContain('build-processor');
  expect(ids.every((id) => /^build-(?:memory|processes|processor)$/.test(id))).toBe(true);
});

test('without the mirror nothing counts as kept from the network: the control failed', async () => {
  const network = { ...engine.network, mirrorPort: engine.network.mirrorPort + 1 };
  const closed = new Proxy(engine, {
    get: (target, name) => {
      const value = name === 'network' ? network : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const observed = await inSlot((slot) => observe({ engine: closed, slot, signal }));
  const missing = judge(observed).filter(({ held }) => !held);
  expect(missing.map(({ id }) => id)).toEqual(['build-internet', 'build-dns', 'build-metadata', 'build-machine']);
  for (const { seen } of missing) expect(seen).toMatch(/^It could not be tried: the package mirror/);
});

test('a self-test that is cancelled gives its slot back', async () => {
  const stop = new AbortController();
  const running = checkIsolation(engine, { launcher: 'host', signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 1_000);
  await expect(running).rejects.toThrow();
  await inSlot(async (slot) => expect((await slot.usage()).pidsPeak).toBe(0));
  expect(await leftBehind(engine.docker)).toEqual([]);
});
