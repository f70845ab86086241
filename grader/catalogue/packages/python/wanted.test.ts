import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWanted } from './wanted.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sc-wanted-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

async function wanted(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { sets, sources, missing } = await readWanted(folder, 'shop');
  const named = sources.map(({ name, version }) => `${name}==${version}`);
  return { sets: sets.map(({ requirements }) => requirements.map(({ text }) => text)), sources: named, missing };
}

test('each requirements file is a set of its own, as two of them need not fit each other', async () => {
  const files = { 'requirements.txt': 'flask==3.1.0\n', 'requirements-dev.txt': 'flask==3.0.0\npytest\n' };
  expect((await wanted({ ...files, 'notes.txt': 'x' })).sets).toEqual([['flask==3.0.0', 'pytest'], ['flask==3.1.0']]);
});

test('with a lock file, pyproject.toml adds only what building the project needs', async () => {
  const pyproject =
    '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n[build-system]\nrequires = ["setuptools==80.9.0"]\n';
  const lock = '[[package]]\nname = "flask"\nversion = "3.1.0"\nsource = { registry = "x" }\n';
  expect((await wanted({ 'pyproject.toml': pyproject })).sets).toEqual([['flask'], ['setuptools==80.9.0']]);
  const both = await wanted({ 'pyproject.toml': pyproject, 'uv.lock': lock });
  expect(both.sets).toEqual([['flask==3.1.0'], ['setuptools==80.9.0']]);
});

test('two versions of one project in a lock file come one after the other', async () => {
  const one = (version: string) => `[[package]]\nname = "numpy"\nversion = "${version}"\nsource = { registry = "x" }\n`;
  expect((await wanted({ 'uv.lock': one('1.26.4') + one('2.0.0') })).sets).toEqual([
    ['numpy==1.26.4'],
    ['numpy==2.0.0'],
  ]);
});

test('what is to be built comes as source, and has to be pinned for that', async () => {
  const text = '--no-binary=markupsafe,jinja2\nmarkupsafe==3.0.2\njinja2\n';
  const { sets, sources, missing } = await wanted({ 'requirements.txt': text });
  expect([sets, sources]).toEqual([[], ['markupsafe==3.0.2']]);
  expect(missing).toEqual([
    'requirements.txt: jinja2 is to be built (--no-binary); pin it with == so that its source can be had.',
  ]);
});

test('a requirements file can not lead out of its folder', async () => {
  await symlink('/etc/passwd', join(folder, 'link.txt'));
  const { sets, missing } = await wanted({ 'requirements.txt': '-r ../../../etc/passwd\n-r link.txt\n' });
  expect(sets).toEqual([]);
  expect(missing).toHaveLength(2);
});
