import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inputNames, inputPath, inputSets } from '../catalogue/stand-in/input-sets.ts';
import { rootfsDir } from '../engine/host/rootfs.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { type Exported, exportBundle } from './export.ts';
import { hostRepository, installLocally } from './host-packages.ts';
import { importBundle } from './import.ts';

/** The cache that the other engine tests have filled; the whole of it goes into the bundle. */
const settings = readSettings();
const signal = new AbortController().signal;
const exec = promisify(execFile);
let dir: string;
let there: { cacheDir: string; siteDir: string };
let exported: Exported;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/stagecraft-air-gap-test-');
  there = { cacheDir: join(dir, 'there', 'cache'), siteDir: join(dir, 'there', 'site') };
  const siteDir = join(dir, 'site');
  await mkdir(siteDir);
  await writeFile(join(siteDir, 'index.html'), '<html>');
  const file = join(dir, 'bundle.zst');
  exported = await exportBundle({ file, settings: { ...settings, siteDir }, progress: silentProgress, signal });
  await importBundle({ file, settings: there, progress: silentProgress, signal });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("the engine's root file system arrives as it is, owners, devices and all", async () => {
  const script = 'cd "$1" && find . -printf "%P %y %m %U:%G %s %l\\n" | LC_ALL=C sort && stat -c %t:%T dev/null';
  const listing = async (cacheDir: string) => {
    const { stdout } = await exec('sh', ['-c', script, '-', rootfsDir(cacheDir)], { maxBuffer: 64 * 1024 ** 2 });
    // The size of a folder is the file system's business.
    return stdout.split('\n').map((line) => line.replace(/^(.* d \d+ \d+:\d+) \d+ $/, '$1'));
  };
  expect(await listing(there.cacheDir)).toEqual(await listing(settings.cacheDir));
});

test('what base images are built from and the packages of exercises arrive with the same bytes', async () => {
  const inputs = inputNames.map((name) => join('catalogue', inputPath(name, inputSets()[name])));
  for (const path of [...inputs, 'packages/npm', 'packages/go', 'packages/.filled'])
    await exec('diff', ['-rq', join(settings.cacheDir, path), join(there.cacheDir, path)]);
  expect(await readFile(join(there.siteDir, 'index.html'), 'utf8')).toBe('<html>');
});

test("the sandbox CA's private key stays, and with it all that was built to trust it", async () => {
  const text = await readFile(join(settings.cacheDir, 'sandbox-ca', 'authority.json'), 'utf8');
  const { keyPem, certPem } = JSON.parse(text) as { keyPem: string; certPem: string };
  for (const pem of [keyPem, certPem]) {
    const secret = pem.split('\n')[1] as string;
    expect(secret.length).toBeGreaterThan(60);
    const { code } = await exec('grep', ['-rqF', secret, there.cacheDir]).then(
      () => ({ code: 0 }),
      (error) => error,
    );
    expect(code, 'grep found it').toBe(1);
  }
});

test('a Debian that has nothing installed finds every package it needs in the bundle', async () => {
  const { debian, hostPackages } = exported.manifest;
  if (debian === null) return;
  const empty = join(dir, 'status');
  await writeFile(empty, '');
  const said = await installLocally({
    repository: hostRepository(join(there.cacheDir, 'host-packages'), { release: debian, packages: hostPackages }),
    packages: hostPackages,
    signal,
    aptOptions: [`Dir::State::status=${empty}`, 'APT::Get::Simulate=true'],
  });
  for (const name of [...hostPackages, 'libc6']) expect(said).toMatch(new RegExp(`^Inst ${name} `, 'm'));
});

test('the file itself holds what the manifest says and is as large as was told', async () => {
  const names = exported.manifest.parts.map((part) => part.name);
  expect(names.slice(0, 6)).toEqual(['npm', 'engine', 'catalogue', 'inputs', 'packages', 'site']);
  expect((await stat(exported.file)).size).toBe(exported.sizeBytes);
  const { stdout } = await exec('sha256sum', [exported.file]);
  expect(stdout.split(' ')[0]).toBe(exported.sha256);
});
