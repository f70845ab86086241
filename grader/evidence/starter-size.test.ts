import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StarterSizes } from './starter-size.ts';

const key = { contentHash: 'abc', catalogueRecipe: 'r1' };
const live = () => new AbortController().signal;

describe('StarterSizes', () => {
  let homeDir: string;
  beforeEach(async () => {
    homeDir = await mkdtemp(join(tmpdir(), 'starter-'));
  });
  afterEach(() => rm(homeDir, { recursive: true }));

  it('measures once and remembers across processes', async () => {
    const measure = vi.fn(async () => ({ sizeBytes: 42 }));
    expect(await new StarterSizes(homeDir).sizeOf(key, { measure, signal: live() })).toEqual({ sizeBytes: 42 });
    expect(await new StarterSizes(homeDir).sizeOf(key, { measure, signal: live() })).toEqual({ sizeBytes: 42 });
    expect(measure).toHaveBeenCalledTimes(1);
  });

  it('measures again for other content and for another catalogue', async () => {
    const measure = vi.fn(async () => ({ sizeBytes: 42 }));
    const sizes = new StarterSizes(homeDir);
    await sizes.sizeOf(key, { measure, signal: live() });
    await sizes.sizeOf({ ...key, contentHash: 'abd' }, { measure, signal: live() });
    await sizes.sizeOf({ ...key, catalogueRecipe: 'r2' }, { measure, signal: live() });
    expect(measure).toHaveBeenCalledTimes(3);
  });

  it('lets callers that ask together share one build', async () => {
    const measure = vi.fn(async () => ({ sizeBytes: 42 }));
    const sizes = new StarterSizes(homeDir);
    await Promise.all([1, 2, 3].map(() => sizes.sizeOf(key, { measure, signal: live() })));
    expect(measure).toHaveBeenCalledTimes(1);
  });

  /** A build that takes until it is cancelled. */
  const hanging = () => {
    const seen: { signal?: AbortSignal } = {};
    const measure = (signal: AbortSignal) => {
      seen.signal = signal;
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    return { seen, measure };
  };

  it('lets the next caller build when the one who builds leaves, because the slot goes with it', async () => {
    const sizes = new StarterSizes(homeDir);
    const leaving = new AbortController();
    const { seen, measure } = hanging();
    const first = sizes.sizeOf(key, { measure, signal: leaving.signal });
    const own = vi.fn(async () => ({ sizeBytes: 7 }));
    const others = [1, 2].map(() => sizes.sizeOf(key, { measure: own, signal: live() }));
    await vi.waitFor(() => expect(seen.signal).toBeDefined(), { timeout: 30_000 });
    expect(own).not.toHaveBeenCalled();
    leaving.abort();
    await expect(first).rejects.toThrow(/abort/i);
    expect(await Promise.all(others)).toEqual([{ sizeBytes: 7 }, { sizeBytes: 7 }]);
    expect(own).toHaveBeenCalledTimes(1);
  });

  it('lets a caller leave who only waits, without ending the build', async () => {
    const build = Promise.withResolvers<{ sizeBytes: number }>();
    const sizes = new StarterSizes(homeDir);
    const leaving = new AbortController();
    const first = sizes.sizeOf(key, { measure: () => build.promise, signal: live() });
    const second = sizes.sizeOf(key, { measure: () => build.promise, signal: leaving.signal });
    leaving.abort();
    await expect(second).rejects.toThrow(/abort/i);
    build.resolve({ sizeBytes: 7 });
    expect(await first).toEqual({ sizeBytes: 7 });
  });

  it('passes a failure on to everyone who waits', async () => {
    const gate = Promise.withResolvers<void>();
    const measure = async () => {
      await gate.promise;
      throw new Error('the starter does not build');
    };
    const sizes = new StarterSizes(homeDir);
    const both = [1, 2].map(() => sizes.sizeOf(key, { measure, signal: live() }));
    gate.resolve();
    for (const outcome of await Promise.allSettled(both)) expect(outcome.status).toBe('rejected');
  });

  it('keeps nothing of a failed build', async () => {
    const sizes = new StarterSizes(homeDir);
    const failing = async () => {
      throw new Error('the starter does not build');
    };
    await expect(sizes.sizeOf(key, { measure: failing, signal: live() })).rejects.toThrow(/does not build/);
    expect(await sizes.sizeOf(key, { measure: async () => ({ sizeBytes: 5 }), signal: live() })).toEqual({
      sizeBytes: 5,
    });
  });

  it('measures again when the file on disk is damaged', async () => {
    const measure = vi.fn(async () => ({ sizeBytes: 42 }));
    await new StarterSizes(homeDir).sizeOf(key, { measure, signal: live() });
    const [file = ''] = await readdir(join(homeDir, 'measurements'));
    await writeFile(join(homeDir, 'measurements', file), '{"sizeB');
    expect(await new StarterSizes(homeDir).sizeOf(key, { measure, signal: live() })).toEqual({ sizeBytes: 42 });
    expect(measure).toHaveBeenCalledTimes(2);
    expect(await readdir(join(homeDir, 'measurements'))).toEqual([file]);
  });
});
