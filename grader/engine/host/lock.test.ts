import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { withLock } from './lock.ts';

const modulePath = new URL('./lock.ts', import.meta.url).href;

test('work under one lock never overlaps', async () => {
  const name = `stagecraft-test-${randomUUID()}`;
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withLock(name, work)));
  expect(most).toBe(1);
});

test('a failure releases the lock', async () => {
  const name = `stagecraft-test-${randomUUID()}`;
  await expect(withLock(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(name, async () => 'free')).toBe('free');
});

test('waiting can be cancelled', async () => {
  const name = `stagecraft-test-${randomUUID()}`;
  const cancel = new AbortController();
  await withLock(name, async () => {
    const second = withLock(name, async () => 'never', cancel.signal);
    cancel.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('the lock of a killed process is free at once', async () => {
  const name = `stagecraft-test-${randomUUID()}`;
  const program = `import { withLock } from ${JSON.stringify(modulePath)};
    await withLock(${JSON.stringify(name)}, () => new Promise(() => { console.log('held'); setInterval(() => {}, 1000); }));`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((held) => holder.stdout.once('data', held));
  const waiting = withLock(name, async () => 'mine');
  holder.kill('SIGKILL');
  expect(await waiting).toBe('mine');
});
