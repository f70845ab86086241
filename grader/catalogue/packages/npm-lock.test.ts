import { describe, expect, test } from 'vitest';
import { readNpmLock } from './npm-lock.ts';

const platform = {
  os: 'linux',
  cpu: 'x64',
  registries: ['https://registry.example/', 'https://mirror.corp.example/npm/'],
};
const read = (lock: unknown) =>
  readNpmLock(typeof lock === 'string' ? lock : JSON.stringify(lock), { label: 'app/package-lock.json', platform });
const lockOf = (packages: Record<string, unknown>) => ({
  lockfileVersion: 3,
  packages: { '': { name: 'app' }, ...packages },
});

describe('a good lock file', () => {
  test('names each version once, nested and scoped ones by their own name', () => {
    const { packages, missing } = read(
      lockOf({
        'node_modules/a': { version: '1.0.0', integrity: 'sha512-AA==' },
        'node_modules/@s/b': { version: '2.0.0', integrity: 'sha512-BB==' },
        'node_modules/@s/b/node_modules/a': { version: '1.1.0', integrity: 'sha512-CC==' },
        'node_modules/c/node_modules/a': { version: '1.0.0', integrity: 'sha512-AA==' },
        'packages/web/node_modules/d': { version: '3.0.0', integrity: 'sha512-DD==' },
      }),
    );
    expect(missing).toEqual([]);
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual([
      'a@1.0.0',
      '@s/b@2.0.0',
      'a@1.1.0',
      'd@3.0.0',
    ]);
  });

  test('gives an alias the name of the package it stands for', () => {
    const { packages } = read(
      lockOf({ 'node_modules/short': { name: '@long/name', version: '1.0.0', integrity: 'sha512-AA==' } }),
    );
    expect(packages[0]?.name).toBe('@long/name');
  });

  test('needs nothing for the project itself, workspaces, links and what is bundled in another package', () => {
    const { packages, missing } = read(
      lockOf({
        'packages/web': { name: 'web', version: '1.0.0' },
        'node_modules/web': { resolved: 'packages/web', link: true },
        'node_modules/a/node_modules/inside': { version: '1.0.0', inBundle: true },
        'node_modules/local': { version: '1.0.0', resolved: 'file:local-1.0.0.tgz', integrity: 'sha512-AA==' },
      }),
    );
    expect([packages, missing]).toEqual([[], []]);
  });

  test('keeps what a packument says about a version and leaves out what is about one installation', () => {
    const entry = {
      version: '1.0.0',
      integrity: 'sha512-AA==',
      dev: true,
      license: 'MIT',
      bin: { a: 'a.js' },
      dependencies: { b: '^1' },
    };
    expect(read(lockOf({ 'node_modules/a': entry })).packages[0]?.manifest).toEqual({
      bin: { a: 'a.js' },
      dependencies: { b: '^1' },
    });
  });

  test.each([
    [{}, true],
    [{ os: ['linux'], cpu: ['x64'], libc: ['musl'] }, true],
    [{ os: ['darwin'] }, false],
    [{ os: ['!win32'] }, true],
    [{ os: ['!linux'] }, false],
    [{ os: ['linux'], cpu: ['arm64'] }, false],
    [{ cpu: ['any'] }, true],
  ])('%j fits linux on x64: %j', (fields, fits) => {
    const { packages } = read(lockOf({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-AA==', ...fields } }));
    expect(packages[0]?.fitsPlatform).toBe(fits);
  });

  test('may name the operator’s registry or npm’s own', () => {
    const entry = (resolved: string) => ({ version: '1.0.0', integrity: 'sha512-AA==', resolved });
    const { missing } = read(
      lockOf({
        'node_modules/a': entry('https://registry.example/a/-/a-1.0.0.tgz'),
        'node_modules/b': entry('https://mirror.corp.example/npm/b/-/b-1.0.0.tgz'),
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe('a lock file that can not be mirrored says why in one sentence', () => {
  test.each([
    ['no JSON', '{', /app\/package-lock\.json is not JSON/],
    ['something else', '[]', /is no lock file of npm/],
    ['an old version', { lockfileVersion: 1, dependencies: {} }, /lockfileVersion 1; version 2 or 3 is needed/],
    ['no packages', { lockfileVersion: 3 }, /version 2 or 3 is needed/],
    ['no integrity', lockOf({ 'node_modules/a': { version: '1.0.0' } }), /a has no integrity/],
    ['no version', lockOf({ 'node_modules/a': { integrity: 'sha512-AA==' } }), /a has no version/],
    [
      'a name that is a path',
      lockOf({ 'node_modules/../../etc': { version: '1.0.0', integrity: 'sha512-AA==' } }),
      /is no package name/,
    ],
    [
      'an alias that is a path',
      lockOf({ 'node_modules/a': { name: '../x', version: '1.0.0', integrity: 'sha512-AA==' } }),
      /is no package name/,
    ],
    [
      'a version that is a file',
      lockOf({ 'node_modules/a': { version: 'file:/etc', integrity: 'sha512-AA==' } }),
      /a version like 1\.2\.3 was expected/,
    ],
    [
      'git',
      lockOf({ 'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@host.example/o/a.git#abc' } }),
      /a comes from git/,
    ],
    [
      'a private registry',
      lockOf({
        'node_modules/a': {
          version: '1.0.0',
          integrity: 'sha512-AA==',
          resolved: 'https://npm.secret.example/a/-/a-1.0.0.tgz',
        },
      }),
      /a is locked to https:\/\/npm\.secret\.example\/a/,
    ],
  ])('%s', (_what, lock, sentence) => {
    const { packages, missing } = read(lock);
    expect(packages).toEqual([]);
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatch(sentence);
  });

  test('and never repeats a password', () => {
    const { missing } = read(
      lockOf({
        'node_modules/a': {
          version: '1.0.0',
          integrity: 'sha512-AA==',
          resolved: 'https://me:hunter2@npm.secret.example/a.tgz?token=t0k',
        },
      }),
    );
    expect(missing[0]).not.toMatch(/hunter2|t0k/);
  });

  test('git addresses with a password are cut too', () => {
    const { missing } = read(
      lockOf({ 'node_modules/a': { version: '1.0.0', resolved: 'git+https://me:hunter2@host.example/a.git#abc' } }),
    );
    expect(missing[0]).not.toContain('hunter2');
  });
});
