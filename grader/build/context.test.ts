import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeContext, removeStaleContexts } from './context.ts';

let root: string;
let appDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stagecraft-context-test-'));
  appDir = join(root, 'app');
  await mkdir(join(appDir, 'src'), { recursive: true });
  await writeFile(join(appDir, 'src', 'main.ts'), 'app');
  await utimes(join(appDir, 'src', 'main.ts'), 1000, 1000);
  await writeFile(join(appDir, '.dockerignore'), 'of the app');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('it is a copy of the app with the submitted files, and gone after dispose', async () => {
  const context = await makeContext({ homeDir: root, appDir, dockerfile: 'FROM x', dockerignore: 'node_modules' });
  expect((await readdir(context.dir)).sort()).toEqual(['.dockerignore', 'Dockerfile', 'src']);
  expect(await readFile(join(context.dir, '.dockerignore'), 'utf8')).toBe('node_modules');
  expect((await stat(join(context.dir, 'src', 'main.ts'))).mtimeMs).toBe(1_000_000);
  await writeFile(join(context.dir, 'src', 'main.ts'), 'changed');
  await context.dispose();
  await context.dispose();
  expect(await readdir(join(root, 'contexts'))).toEqual([]);
  expect(await readFile(join(appDir, 'src', 'main.ts'), 'utf8')).toBe('app');
});

test('without a submitted .dockerignore there is none', async () => {
  const context = await makeContext({ homeDir: root, appDir, dockerfile: 'FROM x' });
  expect((await readdir(context.dir)).sort()).toEqual(['Dockerfile', 'src']);
  await context.dispose();
});

test('a link in the app is not written through', async () => {
  await writeFile(join(root, 'precious'), 'precious');
  await symlink(join(root, 'precious'), join(appDir, 'Dockerfile'));
  const context = await makeContext({ homeDir: root, appDir, dockerfile: 'FROM x' });
  expect(await readFile(join(root, 'precious'), 'utf8')).toBe('precious');
  expect(await readFile(join(context.dir, 'Dockerfile'), 'utf8')).toBe('FROM x');
  await context.dispose();
});

test('an app that is not there is our fault, said in a sentence, and leaves nothing behind', async () => {
  const made = makeContext({ homeDir: root, appDir: join(root, 'nothing'), dockerfile: 'FROM x' });
  await expect(made).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('nothing') });
  expect(await readdir(join(root, 'contexts'))).toEqual([]);
});

test('only old contexts are stale', async () => {
  const context = await makeContext({ homeDir: root, appDir, dockerfile: 'FROM x' });
  await removeStaleContexts(root, 60_000);
  expect(await readdir(join(root, 'contexts'))).toHaveLength(1);
  await utimes(context.dir, 1000, 1000);
  await removeStaleContexts(root, 60_000);
  expect(await readdir(join(root, 'contexts'))).toEqual([]);
});
