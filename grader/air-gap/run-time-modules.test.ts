import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTimeModules } from './run-time-modules.ts';
import { writeTree } from './testing.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagecraft-modules-'));
  const lock = {
    packages: {
      '': {},
      'node_modules/zod': {},
      'node_modules/@scope/one': {},
      'node_modules/@scope/one/node_modules/two': {},
      'node_modules/vitest': { dev: true },
      'node_modules/node': { dev: true },
      'node_modules/for-another-platform': { optional: true },
    },
  };
  await writeTree(dir, {
    'package-lock.json': JSON.stringify(lock),
    'node_modules/.stagecraft-lock-hash': 'hash',
    'node_modules/zod/index.js': '',
    'node_modules/@scope/one/bin.js': '',
    'node_modules/vitest/bin.js': '',
    'node_modules/node/bin/node': '',
  });
  await mkdir(join(dir, 'node_modules/.bin'));
  for (const [name, to] of [
    ['one', '../@scope/one/bin.js'],
    ['vitest', '../vitest/bin.js'],
    ['node', '../node/bin/node'],
  ] as const)
    await symlink(to, join(dir, 'node_modules/.bin', name));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('development packages stay behind, the pinned Node comes along', async () => {
  expect((await runTimeModules(dir, 'hash')).sort()).toEqual([
    'node_modules/.bin/node',
    'node_modules/.bin/one',
    'node_modules/@scope/one',
    'node_modules/node/bin',
    'node_modules/node/package.json',
    'node_modules/zod',
  ]);
});

test('node_modules of another state are refused', async () => {
  await expect(runTimeModules(dir, 'other')).rejects.toThrow(/Expected node_modules as package-lock.json names them/);
});
