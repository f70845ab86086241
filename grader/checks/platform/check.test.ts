import { describe, expect, test } from 'vitest';
import type { ImageEvidence, ProgramEvidence, TargetEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleImage, sampleVertex } from '../sample-evidence.ts';
import { platform } from './check.ts';

const dockerfile = sampleDockerfile([
  { name: 'build', base: 'golang:1.22' },
  { base: 'scratch', instructions: [{ keyword: 'ENTRYPOINT', text: '["/server"]' }] },
]);
const server: ProgramEvidence = { path: '/server', elf: { machine: 'arm64', dynamic: false } };

function built(parts: Partial<TargetEvidence> = {}, image: Partial<ImageEvidence> = {}): TargetEvidence {
  const own = sampleImage({ architecture: 'arm64', ...image });
  return { ok: true, logTail: [], vertexes: [], image: own, programs: { '': server }, ...parts };
}

function judge(target: TargetEvidence | undefined, params: object = {}) {
  const targets: Record<string, TargetEvidence> = target === undefined ? {} : { arm: target };
  const parsed = platform.schema.parse({ platform: 'linux/arm64', ...params });
  return platform.judge(parsed, builtEvidence({ dockerfile, targets }), 'arm');
}

describe('platform', () => {
  test('passes when the image and its program are for the platform', () => {
    expect(judge(built())).toEqual({
      status: 'passed',
      actual: 'linux/arm64',
      message: 'The image is for linux/arm64, and so is `/server`.',
    });
    expect(judge(built({}, { variant: 'v8' })).status).toBe('passed');
    expect(judge(built({ programs: {} })).message).toBe('The image is for linux/arm64.');
  });
  test('refuses an image that says another platform', () => {
    expect(judge(built({}, { architecture: 'amd64' }))).toMatchObject({
      status: 'failed',
      actual: 'linux/amd64',
      line: 2,
      message: expect.stringContaining('Built for linux/arm64, the image still is for linux/amd64'),
    });
    expect(judge(built({}, { architecture: 'arm', variant: 'v6' }), { platform: 'linux/arm/v7' }).actual).toBe(
      'linux/arm/v6',
    );
  });
  test('refuses a base image for the machine that builds, which the image does not tell of', () => {
    const text = sampleDockerfile([
      { name: 'build' },
      { name: 'base', base: 'busybox' },
      { base: 'base', baseStage: 1 },
    ]);
    const params = platform.schema.parse({ platform: 'linux/arm64' });
    const evidence = builtEvidence({ dockerfile: text, targets: { arm: built() } });
    expect(platform.judge(params, evidence, 'arm')).toMatchObject({
      ...{ status: 'failed', actual: 'a base image for linux/amd64', line: 2 },
      message: expect.stringContaining('but it stands on `busybox` on line 2'),
    });
    const own = builtEvidence({
      dockerfile: text,
      targets: { arm: built() },
      image: sampleImage({ architecture: 'arm64' }),
    });
    expect(platform.judge(params, own, 'arm').status).toBe('passed');
  });
  test('refuses a program for another processor', () => {
    const programs = { '': { path: '/server', elf: { machine: 'amd64', dynamic: false } } };
    expect(judge(built({ programs }))).toMatchObject({
      status: 'failed',
      actual: 'a program for amd64',
      line: 3,
      message: expect.stringMatching(
        /^The image says that it is for linux\/arm64, but the program that the image starts, `\/server`, was/i,
      ),
    });
  });
  test.each<[ProgramEvidence, RegExp]>([
    [{ path: undefined, elf: undefined }, /^The program that the image starts is not in the image for linux\/arm64/],
    [{ path: '/server', elf: undefined }, /`\/server`, is not a compiled program/],
    [
      { path: '/server', elf: { machine: 'arm64', dynamic: true, interpreter: '/lib/ld-linux-aarch64.so.1' } },
      /needs the loader `\/lib\/ld-linux-aarch64\.so\.1` when it starts; a static program was expected/,
    ],
    [{ path: '/server', elf: { machine: 'arm64', dynamic: true } }, /needs libraries when it starts/],
  ])('refuses %j', (program, message) => {
    const judgement = judge(built({ programs: { '': program } }), { static: true });
    expect(judgement).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
  });
  test('refuses a static program where one with libraries is wanted', () => {
    expect(judge(built(), { static: false })).toMatchObject({ status: 'failed', actual: 'static' });
  });
  test('says that a base image is not there for the platform', () => {
    const uses = [
      { image: 'golang:1.22', line: 1 },
      { image: 'busybox:1.36', line: 4 },
    ];
    const judgement = judge({ ok: false, logTail: [], vertexes: [], unavailable: { machine: 'linux/amd64', uses } });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'no golang:1.22 for linux/arm64', line: 1 });
    expect(judgement.message).toMatch(
      /^A build for linux\/arm64 needs `golang:1\.22` on line 1 \(and line 4\) for linux\/arm64, and/,
    );
  });
  test('says when a step runs what this machine can not', () => {
    const step = sampleVertex('[stage-1 2/2] RUN ["/server"]', { line: 9 });
    const logTail = ['exec /server: exec format error'];
    expect(judge({ ok: false, vertexes: [step], failed: step, logTail })).toMatchObject({
      actual: 'exec format error',
      line: 9,
      message: expect.stringContaining("its processor doesn't understand it (exec format error)"),
    });
    const other = judge({ ok: false, vertexes: [step], failed: step, logTail: ['no such file'] });
    expect(other.message).toMatch(/^The build for linux\/arm64 does not build|^The build for linux\/arm64/);
  });
  test('is skipped when the build was not collected', () => {
    expect(judge(undefined).status).toBe('skipped');
    expect(judge({ ...built(), image: undefined }).status).toBe('skipped');
  });
  test('asks for a build with the program that the command starts', () => {
    expect(platform.needs?.(platform.schema.parse({ platform: 'linux/arm64' }), 'arm')).toEqual([
      {
        ...{ kind: 'target', id: 'arm' },
        build: {
          ...{ target: undefined, platform: 'linux/arm64', programs: [''], buildArgs: {}, overlay: {}, edits: [] },
          image: true,
        },
      },
    ]);
  });
  test.each(['arm64', 'linux', 'windows/amd64', 'linux/arm64/eight'])('refuses %j as a platform', (name) => {
    expect(platform.schema.safeParse({ platform: name }).success).toBe(false);
  });
});
