import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagesOf, readLockFile } from './lock-file.ts';

test('a package is of development when nothing in production has it', () => {
  const packages = {
    '': {},
    'node_modules/express': {},
    'node_modules/typescript': { dev: true },
    'node_modules/@types/node': { dev: true },
    // Two versions, one for each: the folder alone doesn't tell them apart.
    'node_modules/ms': { dev: true },
    'node_modules/express/node_modules/ms': {},
    'node_modules/own': { link: true },
  };
  expect(packagesOf(packages)).toEqual({ development: ['@types/node', 'typescript'], production: ['express', 'ms'] });
});

test('an app without a lock file of npm is the fault of the exercise', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'stagecraft-lock-'));
  try {
    await expect(readLockFile(dir)).rejects.toMatchObject({ code: 'bad_input' });
    await writeFile(join(dir, 'package-lock.json'), '{"lockfileVersion": 1');
    await expect(readLockFile(dir)).rejects.toMatchObject({ code: 'bad_input' });
    await writeFile(join(dir, 'package-lock.json'), '{"packages": {"node_modules/a": {"dev": true}}}');
    expect(await readLockFile(dir)).toEqual({ development: ['a'], production: [] });
  } finally {
    await rm(dir, { recursive: true });
  }
});
