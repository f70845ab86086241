import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, EngineStatus } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import type { ProgressTask } from '../progress.ts';
import { type GuardOptions, guardIsolation } from './guard-isolation.ts';
import type { IsolationReport, Wall } from './isolation.ts';
import { differenceBetween, readIsolation, rememberIsolation, subjectOf } from './isolation-record.ts';

const wall = (id: string, held: boolean): Wall => ({
  ...{ id, title: `Wall ${id}`, held, attempted: 'a try', seen: held ? 'refused' : 'reached' },
  mend: 'Build it again.',
});
const reportOf = (...walls: Wall[]): IsolationReport => ({
  at: '2026-01-02T03:04:05.000Z',
  durationMs: 1,
  launcher: 'host',
  walls,
});
const whole = reportOf(wall('one', true), wall('two', true));
const weak = reportOf(wall('one', true), wall('two', false));

let homeDir: string;
let checks: number;
let told: ProgressTask[];

beforeEach(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'stagecraft-guard-'));
  checks = 0;
  told = [];
});
afterEach(() => rm(homeDir, { recursive: true, force: true }));

function options(
  outcomes: (IsolationReport | Error)[],
  changes: Partial<GuardOptions> & { accept?: boolean; recipe?: string } = {},
): GuardOptions {
  const status = { launcher: 'host', recipe: changes.recipe ?? 'r1' } as EngineStatus;
  return {
    engine: {} as Engine,
    launcher: { status: async () => status },
    settings: { homeDir, acceptWeakIsolation: changes.accept ?? false },
    toolbox: async () => {},
    progress: (task) => told.push(task),
    signal: new AbortController().signal,
    check: async () => {
      const outcome = outcomes[checks++];
      if (outcome instanceof Error || outcome === undefined) throw outcome ?? new Error('asked too often');
      return outcome;
    },
    ...changes,
  };
}

describe('the guard before grading', () => {
  test('tries the walls once, and later starts of the same engine remember', async () => {
    expect(await guardIsolation(options([whole]))).toEqual(whole);
    expect(await guardIsolation(options([]))).toEqual(whole);
    expect(checks).toBe(1);
    expect(told.at(-1)).toMatchObject({ id: 'isolation', state: 'ready' });
  });

  test('tries them again on another engine', async () => {
    await guardIsolation(options([whole]));
    await guardIsolation(options([whole, whole], { recipe: 'r2' }));
    expect(checks).toBe(2);
  });

  test('refuses to grade where a wall is missing, names it, and tries again at the next start', async () => {
    const refused = guardIsolation(options([weak, weak]));
    await expect(refused).rejects.toMatchObject({ code: 'host_lacks', message: expect.stringContaining('Wall two') });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('engine check') });
    expect(told.at(-1)).toMatchObject({ state: 'failed' });
    expect(await guardIsolation(options([weak, weak, whole]))).toEqual(whole);
  });

  test('holds a wall for whole that seemed missing once and held when it was tried again', async () => {
    expect(await guardIsolation(options([weak, whole]))).toEqual(whole);
    expect(checks).toBe(2);
    expect(told.at(-1)).toMatchObject({ state: 'ready' });
  });

  test('grades all the same where weak isolation was accepted, and reports what is missing', async () => {
    expect(await guardIsolation(options([weak, weak], { accept: true }))).toEqual(weak);
    expect(told.at(-1)).toMatchObject({ state: 'ready', detail: expect.stringContaining('one wall is missing') });
    expect(await guardIsolation(options([], { accept: true }))).toEqual(weak);
    expect(await guardIsolation(options([weak, weak, whole]))).toEqual(whole);
  });

  test('tries once more when the engine went away under it, and no more than that', async () => {
    const lost = () => new StagecraftError('engine_unavailable', 'It went away.', { retryable: true });
    expect(await guardIsolation(options([lost(), whole]))).toEqual(whole);
    await rm(join(homeDir, 'isolation.json'));
    await expect(guardIsolation(options([whole, whole, lost(), lost()], { recipe: 'x' }))).rejects.toMatchObject({
      code: 'engine_unavailable',
    });
  });

  test('refuses where the walls could not be tried at all, unless that was accepted', async () => {
    const toolbox = () => Promise.reject(new StagecraftError('not_ready', 'The toolbox could not be made.'));
    await expect(guardIsolation(options([], { toolbox }))).rejects.toMatchObject({ code: 'not_ready' });
    expect(await guardIsolation(options([], { toolbox, accept: true }))).toBeUndefined();
  });

  test('ends with the reason when it is cancelled, accepted or not', async () => {
    const reason = new StagecraftError('cancelled', 'Closing.');
    const cancelled = options([], { signal: AbortSignal.abort(reason), accept: true });
    await expect(guardIsolation({ ...cancelled, toolbox: () => Promise.reject(reason) })).rejects.toBe(reason);
  });
});

describe('the remembered result', () => {
  const subject = subjectOf({ launcher: 'host', recipe: 'r1' });

  test('is read back as it was written', async () => {
    await rememberIsolation(homeDir, { subject, report: whole });
    expect(await readIsolation(homeDir)).toEqual({ subject, report: whole });
  });

  test('is as good as none when the file is damaged or of another shape', async () => {
    expect(await readIsolation(homeDir)).toBeUndefined();
    for (const text of [
      '',
      '{"subject":',
      '{"subject":{},"report":{}}',
      JSON.stringify({ subject, report: reportOf() }),
    ]) {
      await writeFile(join(homeDir, 'isolation.json'), text);
      expect(await readIsolation(homeDir)).toBeUndefined();
    }
    await rememberIsolation(homeDir, { subject, report: whole });
    expect(JSON.parse(await readFile(join(homeDir, 'isolation.json'), 'utf8')).report).toEqual(whole);
  });

  test('holds for nothing but the same engine, kernel and self-test', () => {
    expect(differenceBetween(subject, subject)).toBeUndefined();
    expect(differenceBetween(subject, {})).toBeUndefined();
    for (const part of ['launcher', 'recipe', 'kernel', 'check'] as const)
      expect(differenceBetween(subject, { ...subject, [part]: 'another' })).toMatch(/has changed since/);
  });
});
