/** What learners may do to a build on purpose: each is held, and nothing of it is left. */
import { randomInt } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BuildEvent } from './build-progress.ts';
import { buildImage } from './run-buildx.ts';
import { BuildRoom, eventually, never, nonce, processes } from './testing/build-room.ts';

let room: BuildRoom;

beforeAll(async () => {
  room = await BuildRoom.open();
});
afterAll(() => room?.close());
afterEach(() => room.tidy());

describe('attacks', () => {
  test('a build that never ends is ended, and nothing of it is left', async () => {
    const mark = `30${randomInt(1e5, 1e6)}`;
    const built = await room.build(`FROM BASE\nRUN sleep ${mark}`, { timeoutMs: 20_000 });
    expect(built.failure).toMatchObject({ reason: 'timeout', line: 2 });
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length === 0)).toBe(true);
    expect(await room.leftovers()).toEqual([]);
  });

  test('a cancelled build leaves no process', async () => {
    const mark = `40${randomInt(1e5, 1e6)}`;
    const controller = new AbortController();
    const running = room.build(`FROM BASE\nRUN sleep ${mark} & (setsid sleep ${mark} &) ; sleep ${mark}`, {
      signal: controller.signal,
    });
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length > 0, 20_000)).toBe(true);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length === 0)).toBe(true);
    expect(await processes(room.dir)).toEqual([]);
    expect(await room.leftovers()).toEqual([]);
  });

  test('a build that was cancelled before it began starts nothing', async () => {
    await expect(room.build('FROM BASE', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('endless output is cut and ends the build', async () => {
    const built = await room.build(`FROM BASE\nRUN yes ${'x'.repeat(200)}${nonce()}`, {
      logBytesMax: 100_000,
      timeoutMs: 30_000,
    });
    expect(built.failure?.reason).toBe('log_limit');
    expect(built.logBytes).toBe(100_000);
    expect(built.log.length).toBeLessThanOrEqual(100_000);
    expect(await eventually(async () => (await processes('yes xxxxx')).length === 0)).toBe(true);
  });

  test('a line without end, and terminal sequences, do not reach the reader', async () => {
    const built = await room.build(
      `FROM BASE\nRUN head -c 100000 /dev/zero | tr '\\0' x; printf '\\033[2J\\033]0;t\\007ok${nonce()}\\n'`,
    );
    expect(built.ok).toBe(true);
    expect(Math.max(...built.log.split('\n').map((line) => line.length))).toBeLessThan(9000);
    expect(built.log).not.toContain('\u001b');
  });

  test('nothing of our environment is seen by a build', async () => {
    process.env.STAGECRAFT_CANARY = 'canary-of-ours';
    try {
      const built = await room.build(`FROM BASE\nRUN env; cat /proc/self/environ | tr '\\0' ' '; true ${nonce()}`);
      expect(built.log).toContain('PATH=');
      expect(built.log).not.toContain('canary-of-ours');
      expect(built.log).not.toContain('STAGECRAFT');
    } finally {
      delete process.env.STAGECRAFT_CANARY;
    }
  });

  test('a cache mount is shared by one learner’s builds and by nobody else’s', async () => {
    const id = nonce();
    const text = (mark: string) =>
      `FROM BASE\nRUN --mount=type=cache,id=${id},target=/c ls /c; echo ${mark} > /c/${mark}`;
    const one = `one${nonce()}`;
    await room.build(text(one), { learner: 'ada' });
    expect((await room.build(text(`two${nonce()}`), { learner: 'ada' })).log).toContain(one);
    expect((await room.build(text(`three${nonce()}`), { learner: 'eve' })).log).not.toContain(one);
    const namespaced = `FROM BASE\nARG BUILDKIT_CACHE_MOUNT_NS=x\nRUN --mount=type=cache,id=${id},target=/c ls /c; true ${nonce()}`;
    expect((await room.build(namespaced, { learner: 'eve' })).log).not.toContain(one);
  });
});

test('an engine that goes away is our fault and may be tried again', async () => {
  const socket = join(room.dir, 'docker.sock');
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const daemon = connect(room.engine.socketPath);
    for (const each of [client, daemon]) open.add(each.on('error', () => {}));
    client.pipe(daemon).pipe(client);
  }).listen(socket);
  const cutOff = {
    buildx: { ...room.engine.buildx, env: { ...room.engine.buildx.env, DOCKER_HOST: `unix://${socket}` } },
  };
  await room.write({ Dockerfile: `FROM ${room.base}\nRUN echo ${nonce()} running; sleep 20` });
  const emit = (event: BuildEvent): void => {
    if (event.type === 'log') for (const each of open) each.destroy();
  };
  const running = buildImage(
    { contextDir: room.dir, model: undefined },
    { engine: cutOff, slot: room.slot, emit, signal: never },
  );
  await expect(running).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
  await new Promise((closed) => proxy.close(closed));
  const refused = buildImage(
    { contextDir: room.dir, model: undefined },
    { engine: cutOff, slot: room.slot, signal: never },
  );
  await expect(refused).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
});

test('a secret is readable where it is mounted, and nowhere else', async () => {
  const value = `s3cret,"${nonce()}`;
  const built = await room.build(
    `FROM BASE\nRUN --mount=type=secret,id=token cat /run/secrets/token\nRUN ls /run/secrets; env`,
    {
      secrets: [{ id: 'token', value }],
      noCache: true,
    },
  );
  expect(built.ok).toBe(true);
  expect(built.log.split(value)).toHaveLength(2);
  expect(await room.leftovers()).toEqual([]);
});
