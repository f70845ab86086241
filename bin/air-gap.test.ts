import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { thisPlatform } from '../grader/air-gap/bundle-file.mjs';
import { bundleOfPart, machine, openRoom, type Room, writeTree } from '../grader/air-gap/testing.ts';

const exec = promisify(execFile);
const projectDir = resolve(import.meta.dirname, '..');
let room: Room;
let checkout: string;

/** A checkout as git makes it, as far as the first step of an import goes: the launcher, and no node_modules. */
beforeEach(async () => {
  room = await openRoom();
  checkout = join(room.dir, 'checkout');
  await writeTree(checkout, { 'package.json': '{}', 'package-lock.json': '{}' });
  for (const folder of ['bin', 'grader/air-gap']) {
    await mkdir(join(checkout, folder), { recursive: true });
    for (const name of await readdir(join(projectDir, folder)))
      if (name.endsWith('.mjs')) await cp(join(projectDir, folder, name), join(checkout, folder, name));
  }
});
afterEach(() => room.remove());

/** A bundle whose pinned Node writes down what it was asked to run and ends with the code. */
async function bundleWithNode(exitCode: number): Promise<void> {
  const from = await writeTree(join(room.dir, 'from'), {
    'node_modules/zod/index.js': 'new',
    'node_modules/node/bin/node': `#!/bin/sh\nls node_modules > asked; echo "$@" >> asked; exit ${exitCode}\n`,
  });
  await chmod(join(from, 'node_modules/node/bin/node'), 0o755);
  const { stdout } = await exec('tar', ['-c', '-C', from, 'node_modules'], { encoding: 'buffer' });
  const npm = createHash('sha256').update('{}').update('{}').digest('hex');
  const changes = { platform: thisPlatform(), recipes: { ...machine.recipes, npm } };
  await bundleOfPart(room, { name: 'npm', path: 'npm.tar.gz', bytes: gzipSync(stdout) }, changes);
}

async function importThere(): Promise<{ code: number; stderr: string }> {
  const command = ['bin/stagecraft.mjs', 'catalogue', 'import', room.bundle];
  return await exec(process.execPath, command, { cwd: checkout }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error) => error,
  );
}

const modules = async () => (await readdir(join(checkout, 'node_modules')).catch(() => ['none'])).sort();

test('without node_modules they come out of the file, and the Node in them goes on', async () => {
  await bundleWithNode(0);
  expect(await importThere()).toMatchObject({ code: 0 });
  expect(await modules()).toEqual(['.stagecraft-lock-hash', 'node', 'zod']);
  const asked = await readFile(join(checkout, 'asked'), 'utf8');
  expect(asked).toBe(`node\nzod\n${checkout}/grader/cli/main.ts catalogue import ${room.bundle}\n`);
  expect((await readdir(checkout)).filter((name) => name.startsWith('.importing'))).toEqual([]);
});

test('when the rest of the program refuses the file, node_modules are as they were', async () => {
  await bundleWithNode(2);
  expect(await importThere()).toMatchObject({ code: 2 });
  expect(await modules()).toEqual(['none']);
  await writeTree(checkout, { 'node_modules/zod/index.js': 'of an older lock file' });
  expect(await importThere()).toMatchObject({ code: 2 });
  expect(await modules()).toEqual(['zod']);
  expect((await readdir(checkout)).filter((name) => name.startsWith('.importing'))).toEqual([]);
});

test('a damaged file is refused before anything is unpacked', async () => {
  await bundleWithNode(0);
  const bytes = await readFile(room.bundle);
  bytes[bytes.length - 1500] = (bytes[bytes.length - 1500] as number) ^ 1;
  await writeFile(room.bundle, bytes);
  const { code, stderr } = await importThere();
  expect(code).toBe(2);
  expect(stderr).toContain('the part "npm" has been changed or damaged');
  expect(await modules()).toEqual(['none']);
});
