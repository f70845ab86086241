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

  it('goes on for the others when one caller leaves', async () => {
    const build = Promise.withResolvers<{ sizeBytes: number }>();
    let buildSignal: AbortSignal | undefined;
    const measure = (signal: AbortSignal) => {
      buildSignal = signal;
      return build.promise;
    };
    const sizes = new StarterSizes(homeDir);
    const leaving = new AbortController();
    const first = sizes.sizeOf(key, { measure, signal: leaving.signal });
    const second = sizes.sizeOf(key, { measure, signal: live() });
    await vi.waitFor(() => expect(buildSignal).toBeDefined());
    leaving.abort();
    await expect(first).rejects.toThrow(/abort/i);
    expect(buildSignal?.aborted).toBe(false);
    build.resolve({ sizeBytes: 7 });
    expect(await second).toEqual({ sizeBytes: 7 });
  });

  it('cancels the build when the last caller leaves, and starts afresh for the next', async () => {
    let buildSignal: AbortSignal | undefined;
    const hanging = (signal: AbortSignal) => {
      buildSignal = signal;
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const sizes = new StarterSizes(homeDir);
    const leaving = new AbortController();
    const asked = sizes.sizeOf(key, { measure: hanging, signal: leaving.signal });
    await vi.waitFor(() => expect(buildSignal).toBeDefined());
    leaving.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    expect(buildSignal?.aborted).toBe(true);
    const next = sizes.sizeOf(key, { measure: async () => ({ sizeBytes: 9 }), signal: live() });
    expect(await next).toEqual({ sizeBytes: 9 });
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
