import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../contract/merge-layers.ts';
import type { LayerEntry } from '../../engine/engine.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleEntry, sampleImage, sampleLayer } from '../sample-evidence.ts';
import { packages } from './check.ts';

const dockerfile = sampleDockerfile([{ name: 'build' }, { base: 'debian' }]);
const program = (path: string): LayerEntry => sampleEntry(path, { mode: 0o755 });

function judge(
  params: object,
  {
    own = [],
    base = [program('/bin/sh')],
    ...parts
  }: Partial<Evidence> & { own?: LayerEntry[]; base?: LayerEntry[] } = {},
) {
  const layers = [
    sampleLayer({ entries: base, fromBase: true, line: undefined }),
    sampleLayer({ entries: own, line: 3 }),
  ];
  const image = sampleImage({ layers, files: mergeLayers(layers) });
  const evidence = builtEvidence({
    dockerfile,
    image,
    lockFile: { development: ['typescript'], production: [] },
    ...parts,
  });
  return packages.judge(packages.schema.parse(params), evidence, 'lean');
}

describe('packages', () => {
  test('passes when there is nothing of the kind', () => {
    expect(judge({ absent: ['development', 'compilers', 'managers', 'caches'], names: ['curl'] })).toEqual({
      status: 'passed',
      actual: 'none of them',
      message: 'The final image has none of what should stay behind, in 1 file.',
    });
  });
  test.each<[string, string, LayerEntry[]]>([
    ['compilers', '/usr/bin/gcc-12', [program('/usr/bin/gcc-12')]],
    ['compilers', '/usr/local/go/bin/go', [program('/usr/local/go/bin/go')]],
    ['compilers', '/bin/cc', [program('/opt/x'), sampleEntry('/bin/cc', { type: 'symlink', linkTarget: '/opt/x' })]],
    ['managers', '/usr/bin/apt-get', [program('/usr/bin/apt-get')]],
    ['managers', '/venv/bin/pip3.11', [program('/venv/bin/pip3.11')]],
  ])('finds %s: %s', (kind, path, own) => {
    const judgement = judge({ absent: [kind] }, { own });
    expect(judgement).toMatchObject({ status: 'failed', line: 3, message: expect.stringContaining(`\`${path}\``) });
    // The same from the base image is the fault of the last FROM.
    expect(judge({ absent: [kind] }, { base: own })).toMatchObject({ status: 'failed', line: 2 });
  });
  test.each<[string, LayerEntry[]]>([
    ['a folder or a text of that name', [sampleEntry('/usr/share/doc/gcc'), sampleEntry('/go', { type: 'directory' })]],
    ['a link that leads nowhere', [sampleEntry('/bin/npm', { type: 'symlink', linkTarget: '/nowhere' })]],
    [
      "BusyBox's own dpkg",
      [
        sampleEntry('/bin/busybox', { mode: 0o755, sizeBytes: 900 }),
        sampleEntry('/bin/dpkg', { mode: 0o755, sizeBytes: 900 }),
        sampleEntry('/bin/rpm', { type: 'symlink', linkTarget: 'busybox' }),
      ],
    ],
    ['a program whose name only begins so', [program('/usr/bin/gold'), program('/bin/aptly')]],
  ])('does not take %s for a program', (_, own) => {
    expect(judge({ absent: ['compilers', 'managers'] }, { own }).status).toBe('passed');
  });
  test('finds development packages that the Dockerfile brought, and not those of npm itself', () => {
    const dev = sampleEntry('/app/node_modules/typescript/package.json');
    expect(judge({ absent: ['development'] }, { own: [dev] })).toMatchObject({
      actual: '1 development packages of the lock file',
      message: expect.stringContaining('has development packages of the lock file: `typescript`. `/app/node_modules'),
    });
    const ofNpm = sampleEntry('/usr/lib/node_modules/npm/node_modules/typescript/package.json');
    expect(judge({ absent: ['development'] }, { own: [ofNpm], base: [dev] }).status).toBe('passed');
    expect(
      judge({ absent: ['development'] }, { own: [sampleEntry('/app/node_modules/express/package.json')] }).status,
    ).toBe('passed');
  });
  test('finds caches in a layer although a later one hides them', () => {
    const image = [
      sampleLayer({ line: 2, entries: [sampleEntry('/root/.npm/_cacache/content-v2/a', { sizeBytes: 4_000_000 })] }),
      sampleLayer({ line: 3, entries: [sampleEntry('/root/.npm', { type: 'whiteout' }), sampleEntry('/x')] }),
    ];
    const evidence = builtEvidence({ dockerfile, image: sampleImage({ layers: image, files: mergeLayers(image) }) });
    expect(packages.judge(packages.schema.parse({ absent: ['caches'] }), evidence, 'lean')).toMatchObject({
      ...{ status: 'failed', line: 2 },
      message: expect.stringContaining("has package managers' caches, 4 MB: `/root/.npm/_cacache/content-v2/a`"),
    });
    expect(judge({ absent: ['caches'] }, { own: [sampleEntry('/var/lib/apt/lists/lock')] }).status).toBe('passed');
    expect(judge({ absent: ['caches'] }, { own: [sampleEntry('/var/lib/apt/lists/deb_Packages')] }).status).toBe(
      'failed',
    );
  });
  test.each([
    ['curl', '/var/lib/dpkg/info/curl.list'],
    ['libc6', '/var/lib/dpkg/info/libc6:amd64.list'],
    ['tzdata', '/var/lib/dpkg/status.d/tzdata'],
    ['pytest', '/usr/lib/python3.11/site-packages/pytest-8.0.0.dist-info/METADATA'],
    [
      'typing-extensions',
      '/venv/lib/python3.11/site-packages/typing_extensions-4.1.dist-info/RECORD'.replace('/RECORD', ''),
    ],
    ['@types/node', '/app/node_modules/@types/node/package.json'],
  ])('finds the package %s by %s', (name, path) => {
    expect(judge({ names: [name] }, { own: [sampleEntry(path)] })).toMatchObject({ status: 'failed', line: 3 });
    expect(judge({ names: ['another'] }, { own: [sampleEntry(path)] }).status).toBe('passed');
  });
  test('wants to see in another stage what it does not find here', () => {
    const params = { absent: ['compilers'], baseline: ['**/gcc'] };
    const stages = (found: Record<string, string[]>) => ({ stageFiles: { lean: { ok: true, found, contents: {} } } });
    expect(judge(params, stages({ build: ['/usr/bin/gcc'] })).status).toBe('passed');
    expect(judge(params, stages({ 'stage-1': ['/usr/bin/gcc'] }))).toMatchObject({ status: 'failed', line: 2 });
    expect(judge(params).status).toBe('skipped');
    const unread = { stageFiles: { lean: { ok: false, message: 'no space', found: {}, contents: {} } } };
    expect(judge(params, unread).message).toContain('could not be looked at: No space.');
  });
  test('is skipped without a lock file where one is needed, and fails on what can not be looked through', () => {
    expect(judge({ absent: ['development'] }, { lockFile: undefined }).status).toBe('skipped');
    const layers = [sampleLayer({ truncated: true, entries: [sampleEntry('/a')] })];
    const image = sampleImage({ layers, files: mergeLayers(layers) });
    expect(packages.judge(packages.schema.parse({ names: ['a'] }), builtEvidence({ image }), 'lean').actual).toBe(
      'too many files to look through',
    );
  });
  test('wants at least one thing to look for', () => {
    expect(packages.schema.safeParse({}).success).toBe(false);
  });
});
