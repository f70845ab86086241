import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirroredContext } from './mirrored-context.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sc-mirrored-'));
  await mkdir(join(root, 'app/api'), { recursive: true });
  await writeFile(join(root, 'app/main.py'), 'x');
});
afterEach(async () => await rm(root, { recursive: true, force: true }));

const lock = '[[package]]\nname = "a"\nsource = { registry = "https://index.example.test/simple" }\n';
const folder = (files: string[]) => ({
  ...{ contextDir: join(root, 'app'), files, workDir: join(root, 'work'), mirrorUrl: 'http://mirror.test' },
});

test('a project without a lock file of uv is built where it is', async () => {
  expect(await mirroredContext(folder(['main.py']))).toBe(join(root, 'app'));
});

test('a lock file of uv names the mirror in a copy, and the project is left alone', async () => {
  await writeFile(join(root, 'app/api/uv.lock'), lock);
  const copy = await mirroredContext(folder(['main.py', 'api/uv.lock']));
  expect(await readFile(join(copy, 'api/uv.lock'), 'utf8')).toContain('registry = "http://mirror.test/pypi/simple/"');
  expect(await readFile(join(copy, 'main.py'), 'utf8')).toBe('x');
  expect(await readFile(join(root, 'app/api/uv.lock'), 'utf8')).toBe(lock);
});
