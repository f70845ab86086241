import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StagecraftError } from '../errors.ts';
import { everyChange, watchPaths } from './rounds.ts';

const stopped = new StagecraftError('cancelled', 'Interrupted.');

function watched() {
  const state = { changed: () => {}, watching: false };
  const begin = (changed: () => void) => {
    state.changed = changed;
    state.watching = true;
    return () => {
      state.watching = false;
    };
  };
  return { state, begin };
}

const ticks = async () => {
  for (let tick = 0; tick < 20; tick++) await Promise.resolve();
};

test('a round begins at once and after each change, until it is stopped', async () => {
  const { state, begin } = watched();
  const stop = new AbortController();
  let rounds = 0;
  const all = everyChange(begin, async () => void rounds++, stop.signal);
  all.catch(() => {});
  await ticks();
  expect(rounds).toBe(1);
  state.changed();
  await ticks();
  expect(rounds).toBe(2);
  stop.abort(stopped);
  await expect(all).rejects.toBe(stopped);
  expect(state.watching).toBe(false);
});

test('a change ends the round that is under way', async () => {
  const { state, begin } = watched();
  const stop = new AbortController();
  const ends: boolean[] = [];
  const all = everyChange(
    begin,
    (signal) =>
      new Promise((_, fail) => {
        signal.addEventListener('abort', () => {
          ends.push(true);
          fail(signal.reason);
        });
      }),
    stop.signal,
  );
  all.catch(() => {});
  await ticks();
  state.changed();
  await ticks();
  expect(ends).toHaveLength(1);
  stop.abort(stopped);
  await expect(all).rejects.toBe(stopped);
  expect(ends).toHaveLength(2);
});

test('a fault in a round ends everything', async () => {
  const { begin } = watched();
  const fault = new Error('broken');
  await expect(everyChange(begin, () => Promise.reject(fault), new AbortController().signal)).rejects.toBe(fault);
});

test('files below a folder are seen when they change, and one save counts once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagecraft-watch-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let seen = 0;
  const first = Promise.withResolvers<void>();
  const stop = watchPaths([folder], () => {
    seen += 1;
    first.resolve();
  });
  onTestFinished(stop);
  await writeFile(join(folder, 'Dockerfile'), 'FROM a\n');
  await writeFile(join(folder, 'Dockerfile'), 'FROM b\n');
  await first.promise;
  expect(seen).toBe(1);
});
