import { describe, expect, test } from 'vitest';
import { builtEvidence, sampleDockerfile, sampleImage, sampleLayer } from '../sample-evidence.ts';
import { size } from './check.ts';

const base = sampleLayer({ fromBase: true, sizeBytes: 194_000_000, createdBy: 'ADD rootfs.tar /', line: undefined });
const install = sampleLayer({ sizeBytes: 210_000_000, createdBy: 'RUN /bin/sh -c npm ci # buildkit', line: 6 });
const copy = sampleLayer({ sizeBytes: 8_000_000, line: 7 });

function judge(params: Parameters<typeof size.judge>[0], sizeBytes: number, starterBytes?: number) {
  const image = sampleImage({ sizeBytes, layers: [base, install, copy] });
  const starter = starterBytes === undefined ? undefined : { sizeBytes: starterBytes };
  const dockerfile = sampleDockerfile([{ base: 'node:20' }]);
  return size.judge(params, builtEvidence({ dockerfile, image, starter }), 'small');
}

describe('size', () => {
  test('passes at exactly the limit', () => {
    expect(judge({ max: 250_000_000 }, 250_000_000)).toEqual({
      status: 'passed',
      actual: '250 MB',
      message: 'The image is 250 MB; the limit is 250 MB.',
      sizes: { maxBytes: 250_000_000 },
    });
  });
  test('fails one byte above it, in digits that show the difference', () => {
    const judgement = judge({ max: 250_000_000 }, 250_000_001);
    expect(judgement).toMatchObject({ status: 'failed', actual: '250.000001 MB' });
    expect(judgement.message).toContain('but the limit is 250 MB');
  });
  test('names the biggest layer that this Dockerfile made, with its line', () => {
    expect(judge({ max: 250_000_000 }, 412_000_000)).toEqual({
      status: 'failed',
      actual: '412 MB',
      line: 6,
      sizes: { maxBytes: 250_000_000 },
      message:
        'The image is 412 MB, but the limit is 250 MB. The biggest layer of this Dockerfile is `RUN npm ci` on line 6 with 210 MB; the base image brings 194 MB.',
    });
  });
  test('points at FROM when the base image alone is above the limit', () => {
    const judgement = judge({ max: 100_000_000 }, 412_000_000);
    expect(judgement.line).toBe(1);
    expect(judgement.message).toContain(
      'Its base image alone brings 194 MB; on top of that, `RUN npm ci` on line 6 with 210 MB',
    );
  });
  test('measures against a share of the starter', () => {
    expect(judge({ ofStarter: 0.4 }, 300_000_000, 1_000_000_000)).toMatchObject({
      status: 'passed',
      sizes: { maxBytes: 400_000_000, starterBytes: 1_000_000_000 },
    });
    expect(judge({ ofStarter: 0.4 }, 412_000_000, 1_000_000_000).message).toContain(
      'The image is 412 MB, but 40 % of the starter (1 GB) is 400 MB.',
    );
  });
  test('takes the tighter of two limits', () => {
    expect(judge({ max: 900_000_000, ofStarter: 0.1 }, 412_000_000, 1_000_000_000).status).toBe('failed');
    expect(judge({ max: 100_000_000, ofStarter: 0.9 }, 412_000_000, 1_000_000_000).status).toBe('failed');
  });
  test('is skipped, and not passed, when the starter was not measured', () => {
    expect(judge({ ofStarter: 0.4 }, 10).status).toBe('skipped');
    expect(judge({ max: 900_000_000, ofStarter: 0.4 }, 10).status).toBe('skipped');
  });
  test('fails on the absolute limit even when the starter was not measured', () => {
    expect(judge({ max: 100, ofStarter: 0.4 }, 412_000_000).status).toBe('failed');
  });
  test('has words for an image whose layers are not known', () => {
    const evidence = builtEvidence({ image: sampleImage({ sizeBytes: 500 }) });
    expect(size.judge({ max: 100 }, evidence, 'small').message).toBe(
      'The image is 500 bytes, but the limit is 100 bytes. No layer of this Dockerfile adds to it.',
    );
  });
  test('asks for the starter only when it is compared with it', () => {
    expect(size.needs?.({ max: 5 }, 'small')).toEqual([]);
    expect(size.needs?.({ ofStarter: 0.5 }, 'small')).toEqual([{ kind: 'starter' }]);
  });
  test('refuses parameters without any limit', () => {
    expect(size.schema.safeParse({}).error?.issues[0]?.message).toBe('expected `max` or `ofStarter`, found neither');
  });
  test('says both limits before anything is built', () => {
    expect(size.expected({ max: 250_000_000, ofStarter: 0.25 })).toBe(
      "The image is at most 250 MB and at most 25 % of the starter's size.",
    );
  });

  test('can be asked with lower limits, each where it is', () => {
    expect(size.tighter?.({ max: 200 }, 0.05)).toEqual({ max: 190 });
    expect(size.tighter?.({ ofStarter: 0.4 }, 0.25)).toEqual({ ofStarter: 0.30000000000000004 });
  });
});
