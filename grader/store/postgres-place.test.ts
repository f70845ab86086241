import { chmod, lstat, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { preparePlace, reachableBy } from './postgres-place.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp('/tmp/stagecraft-place-');
  await chmod(base, 0o755);
});
afterEach(() => rm(base, { recursive: true, force: true }));

test("the server's folders are closed to everybody else", async () => {
  const place = await preparePlace(join(base, 'home'));
  for (const path of [place.rootDir, place.socketDir]) expect((await stat(path)).mode & 0o777).toBe(0o700);
  if (place.runAs) expect((await stat(place.rootDir)).uid).toBe(place.runAs.uid);
});

test('a home in a very long folder gets its socket elsewhere, as socket paths are short', async () => {
  const place = await preparePlace(join(base, 'x'.repeat(90)));
  expect(place.socketDir).toMatch(/^\/tmp\/stagecraft-[0-9a-f]{12}$/);
  await rm(place.socketDir, { recursive: true });
});

test('somebody else reaches a folder only when every folder above may be entered', async () => {
  const nobody = { uid: 65534, gid: 65534 };
  const closed = join(base, 'closed');
  await mkdir(join(closed, 'open'), { recursive: true });
  expect(await reachableBy(nobody, join(closed, 'open'))).toBe(true);
  await chmod(closed, 0o700);
  expect(await reachableBy(nobody, join(closed, 'open'))).toBe(false);
  expect(await reachableBy(undefined, join(closed, 'open'))).toBe(true);
});

test.runIf(process.getuid?.() === 0)(
  'for root, a home that nobody can not enter has its database in /var/lib and a link to it',
  async () => {
    const home = join(base, 'private', 'home');
    await mkdir(home, { recursive: true });
    await chmod(join(base, 'private'), 0o700);
    const place = await preparePlace(home);
    try {
      expect(place.rootDir).toMatch(/^\/var\/lib\/stagecraft\/[0-9a-f]{12}\/database$/);
      expect((await lstat(join(home, 'database'))).isSymbolicLink()).toBe(true);
      expect(await preparePlace(home)).toEqual(place);
    } finally {
      await rm(join(place.rootDir, '..'), { recursive: true });
    }
  },
);
