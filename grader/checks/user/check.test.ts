import { describe, expect, test } from 'vitest';
import type { RunEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, type StageSketch, sampleDockerfile, sampleImage, sampleRun } from '../sample-evidence.ts';
import { user } from './check.ts';

interface Situation {
  params?: Partial<{ nonRoot: boolean; numeric: boolean; uid: number }>;
  stages?: StageSketch[];
  run?: Partial<RunEvidence>;
}

function judge(configured: string, { params, stages, run }: Situation = {}) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile(stages ?? [{ instructions: [{ keyword: 'USER', text: configured }] }]),
    image: sampleImage({ config: { user: configured } }),
    run: run && sampleRun(run),
  });
  return user.judge({ nonRoot: true, ...params }, evidence, 'user');
}

describe('user', () => {
  test.each(['node', '1000', '65532:65532', 'nonroot:nonroot'])('passes USER %s', (configured) => {
    expect(judge(configured).status).toBe('passed');
  });
  test.each(['', 'root', '0', '0:0', 'root:node', '00', ' 0 '])('fails USER "%s"', (configured) => {
    expect(judge(configured)).toMatchObject({ status: 'failed', line: 2 });
  });
  test('says who the running process is', () => {
    expect(judge('node', { run: { process: { argv: ['node'], uid: 1000 } } }).actual).toBe('node (uid 1000)');
  });
  test('fails a name that the image maps to uid 0', () => {
    const judgement = judge('toor', { run: { process: { argv: ['node'], uid: 0 } } });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'toor (uid 0)' });
    expect(judgement.message).toBe('The container runs as root, because `toor` has the uid 0. USER is set on line 2.');
  });
  test('fails a name that the image does not know', () => {
    const startError = 'unable to find user app: no matching entries in passwd file';
    expect(judge('app', { run: { started: false, startError } }).message).toContain(
      '`app` is not a user of this image',
    );
  });
  test('says that USER was never set and points at the final stage', () => {
    const judgement = judge('', { stages: [{ name: 'builder' }, { line: 8 }] });
    expect(judgement).toEqual({
      status: 'failed',
      actual: 'root (uid 0)',
      line: 8,
      message: 'The container runs as root. No USER is set in the final stage or in its base image.',
    });
  });
  test('says when USER stands in another stage', () => {
    const stages = [{ name: 'builder', instructions: [{ keyword: 'USER', text: 'node' }] }, {}];
    expect(judge('', { stages }).message).toBe(
      'The container runs as root. USER on line 2 belongs to stage builder: a stage that starts with FROM does not inherit it.',
    );
  });
  test('finds the USER of a stage that the final one continues', () => {
    const stages = [
      { name: 'base', instructions: [{ keyword: 'USER', text: 'root' }] },
      { base: 'base', baseStage: 0 },
    ];
    expect(judge('root', { stages })).toMatchObject({
      line: 2,
      message: expect.stringContaining('USER is set on line 2'),
    });
  });
  test('says when the base image sets it', () => {
    expect(judge('root', { stages: [{}] }).message).toContain('The base image sets it');
  });
  test('demands a number where Kubernetes has to check it', () => {
    expect(judge('node', { params: { numeric: true } })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('nothing outside the image can tell'),
    });
    expect(judge('1000', { params: { numeric: true } }).status).toBe('passed');
    expect(judge('', { params: { numeric: true, nonRoot: false } }).message).toContain('No user is named');
  });
  test('demands a certain uid', () => {
    expect(judge('65532', { params: { uid: 65532 } }).status).toBe('passed');
    expect(judge('1000', { params: { uid: 65532 } }).message).toContain('runs as uid 1000, not as uid 65532');
    const run = { process: { argv: ['node'], uid: 65532 } };
    expect(judge('nonroot', { params: { uid: 65532 }, run }).status).toBe('passed');
    expect(judge('nonroot', { params: { uid: 65532 } }).status).toBe('failed');
  });
  test('shows a hostile name on one line', () => {
    const { message, actual } = judge(`\n${'x'.repeat(5000)}`, { params: { numeric: true } });
    expect(`${message}${actual}`).not.toContain('\n');
    expect(message.length).toBeLessThan(300);
  });
  test.each([
    [{ nonRoot: true }, 'The container runs as a user that is not root.'],
    [{ nonRoot: true, numeric: true }, 'The container runs as a user that is not root, given as a number.'],
    [{ nonRoot: false, numeric: true }, 'USER is a number.'],
    [{ nonRoot: true, uid: 65532 }, 'The container runs as uid 65532.'],
  ])('expects of %j: %s', (params, text) => {
    expect(user.expected(params)).toBe(text);
  });
});
