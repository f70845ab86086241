import { describe, expect, test } from 'vitest';
import type { TargetEvidence } from '../../evidence/evidence.ts';
import {
  builtEvidence,
  sampleDockerfile,
  sampleEntry,
  sampleFiles,
  sampleImage,
  sampleLayer,
  sampleVertex,
} from '../sample-evidence.ts';
import { target } from './check.ts';

const dockerfile = sampleDockerfile([
  { name: 'build' },
  { name: 'test', baseStage: 0, reachable: false },
  { name: 'production' },
]);
const works: TargetEvidence = { ok: true, logTail: [], vertexes: [] };
const step = sampleVertex('[test 1/1] RUN npm test', { line: 2, cached: false, error: 'exit code: 1' });
const fails: TargetEvidence = {
  ...{ ok: false, vertexes: [step], failed: step, message: 'process did not complete: exit code: 1' },
  logTail: ['# pass 3', '', '# fail 1'],
};

function judge(params: object, targets: Record<string, TargetEvidence>, image = sampleImage()) {
  return target.judge(target.schema.parse(params), builtEvidence({ dockerfile, image, targets }), 'gate');
}

const broken = { target: 'test', builds: false, edits: [{ file: 'a.js', replace: '1', with: '2' }] };

describe('target', () => {
  test('passes when the target builds', () => {
    expect(judge({ target: 'test' }, { gate: works })).toEqual({
      status: 'passed',
      actual: 'builds',
      message: 'The target test builds.',
    });
  });
  test('shows the step that failed and the end of its log', () => {
    expect(judge({ target: 'test' }, { gate: fails })).toEqual({
      status: 'failed',
      actual: 'does not build',
      line: 2,
      message:
        'The target test does not build: it fails at `[test 1/1] RUN npm test` on line 2. The end of its log: `# pass 3` `# fail 1`.',
    });
    const quiet = { ...fails, failed: undefined, logTail: [] };
    expect(judge({ target: 'test' }, { gate: quiet }).message).toContain('it fails. Process did not complete');
  });
  test('does not take a build that was cut off for one that failed', () => {
    const unchanged = { ...works };
    const cutOff: TargetEvidence = { ...fails, stoppedBy: 'timeout' };
    expect(judge(broken, { gate: cutOff, 'gate#unchanged': unchanged })).toMatchObject({
      status: 'failed',
      actual: 'stopped before its end',
      message: expect.stringMatching(
        /should fail by itself, but it was stopped before its end: it was not done after 120 s\.$/,
      ),
    });
    const talked: TargetEvidence = { ...fails, stoppedBy: 'log_limit' };
    expect(judge(broken, { gate: talked, 'gate#unchanged': unchanged }).message).toContain('printed more than is kept');
  });
  test('names the stages there are when the target is not among them', () => {
    expect(judge({ target: 'dev' }, {})).toMatchObject({
      status: 'failed',
      actual: 'no stage named dev',
      message:
        'There is no stage named `dev`, so `--target dev` has nothing to build: the stages with a name are build, test and production.',
    });
    const unnamed = builtEvidence({ dockerfile: sampleDockerfile([{}]) });
    expect(target.judge(target.schema.parse({ target: 'dev' }), unnamed, 'gate').message).toContain('no stage here');
  });
  test('passes when a build fails only because of the change', () => {
    expect(judge(broken, { gate: fails, 'gate#unchanged': works })).toMatchObject({
      status: 'passed',
      actual: 'fails as it should',
      message: 'The target test with a changed a.js fails at `[test 1/1] RUN npm test`, as it should.',
    });
  });
  test('does not take a build that always fails for a gate', () => {
    expect(judge(broken, { gate: fails, 'gate#unchanged': fails })).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^The target test does not build: it fails at/),
    });
  });
  test('fails when the change is not noticed', () => {
    expect(judge(broken, { gate: works, 'gate#unchanged': works })).toMatchObject({
      status: 'failed',
      actual: 'builds',
      line: 2,
      message: expect.stringContaining('should fail, but it builds: no step that it needs looks at what was changed'),
    });
  });
  test('says which stages a plain build never runs', () => {
    const params = { ...broken, target: undefined, when: 'a test fails' };
    expect(judge(params, { gate: works })).toMatchObject({
      status: 'failed',
      line: 2,
      message:
        'The default build, when a test fails, should fail, but it builds. It does not need stage test on line 2, so nothing in there was run.',
    });
    expect(judge(params, { gate: fails }).status).toBe('passed');
  });
  test('asks for a baseline where the target itself was not built anyway', () => {
    const ids = (params: object) =>
      target.needs?.(target.schema.parse(params), 'gate').map((each) => 'id' in each && each.id);
    expect(ids(broken)).toEqual(['gate', 'gate#unchanged']);
    expect(ids({ ...broken, target: undefined })).toEqual(['gate']);
    expect(ids({ target: 'test' })).toEqual(['gate']);
  });
  test('is skipped when a build was not collected', () => {
    expect(judge({ target: 'test' }, {}).status).toBe('skipped');
    expect(judge(broken, { gate: fails }).status).toBe('skipped');
  });
});

describe('the image of a target', () => {
  const files = sampleFiles([sampleEntry('/bin/sh', { mode: 0o755 }), sampleEntry('/app/server.js')]);
  const layers = [sampleLayer({ diffId: 'sha256:a', line: 3 })];
  const image = sampleImage({ files, layers, sizeBytes: 5_000_000, config: { user: '65532', cmd: ['node', 'x.js'] } });
  const ask = (params: object, parts: Partial<typeof image> = {}, plain = image) =>
    judge({ target: 'test', ...params }, { gate: { ...works, image: { ...image, ...parts } } }, plain);

  test('passes with everything that is asked', () => {
    const all = { max: '6MB', min: '4MB', shell: true, nonRoot: true, present: ['/app/**'], command: 'node' };
    expect(ask({ ...all, absent: ['**/test/**'] })).toMatchObject({
      status: 'passed',
      message: 'The target test builds and is as it should be.',
    });
  });
  test.each<[object, RegExp]>([
    [{ max: '1MB' }, /has 5 MB, but the limit is 1 MB\. Its biggest layer comes from `COPY \. \.` on line 3/],
    [{ min: '9MB' }, /has 5 MB; at least 9 MB were expected/],
    [{ shell: false }, /has the shell `\/bin\/sh`; it should have none/],
    [{ present: ['/test/**'] }, /has nothing that matches `\/test\/\*\*`/],
    [{ absent: ['/app/**'] }, /has `\/app\/server\.js`; it should not/],
    [{ command: '/npm (run )?dev/' }, /starts `node x\.js`; expected a command with/],
  ])('refuses what is not so: %j', (params, message) => {
    expect(ask(params)).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
  });
  test('refuses a target without a shell where one is needed, and root', () => {
    expect(ask({ shell: true }, { files: new Map() }).message).toContain('has no shell, but its purpose needs one');
    const config = { ...image.config, user: '' };
    expect(ask({ nonRoot: true }, { config })).toMatchObject({ status: 'failed', actual: 'root', line: 2 });
  });
  test('compares with what a plain build ships by contents', () => {
    expect(ask({ isDefault: true }).status).toBe('passed');
    expect(ask({ isDefault: false })).toMatchObject({ status: 'failed', line: 3 });
    const later = { ...image, layers: [sampleLayer({ diffId: 'sha256:made-later' })] };
    expect(ask({ isDefault: true }, {}, later).status).toBe('passed');
    const larger = new Map(files).set('/app/server.js', {
      ...sampleEntry('/app/server.js', { sizeBytes: 99 }),
      layer: 0,
    });
    expect(ask({ isDefault: true }, {}, { ...image, files: larger }).status).toBe('failed');
    const other = { ...image, config: { ...image.config, user: '0' } };
    expect(ask({ isDefault: true }, {}, other)).toMatchObject({
      actual: 'a plain build ships stage production',
      message: expect.stringContaining('ships stage production, not what test is'),
    });
    expect(ask({ isDefault: false }, {}, other).status).toBe('passed');
  });
});

describe('its parameters', () => {
  test.each([
    { builds: false },
    { target: 'test', builds: false, max: '1MB' },
    { isDefault: true },
    { target: 'Test' },
    { target: 'test', edits: [{ file: '/etc/passwd', replace: 'a', with: 'b' }] },
    { target: 'test', overlay: { '../a': 'b' } },
    { target: 'test', args: { 'a b': 'c' } },
  ])('refuse %j', (params) => {
    expect(target.schema.safeParse(params).success).toBe(false);
  });
  test.each<[object, string]>([
    [{ target: 'test' }, 'The target test builds.'],
    [{ ...broken, when: 'a price is wrong' }, 'The target test, when a price is wrong, fails.'],
    [{ args: { A: '1' } }, 'The default build with A=1 builds.'],
    [
      { target: 'production', isDefault: true, shell: false },
      'The target production builds and has no shell, and is what a plain `docker build` ships.',
    ],
  ])('of %j are a sentence', (params, sentence) => {
    expect(target.expected(target.schema.parse(params))).toBe(sentence);
  });
});
