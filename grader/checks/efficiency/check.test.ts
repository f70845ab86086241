import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../contract/merge-layers.ts';
import { wastedIn } from '../../contract/wasted.ts';
import type { LayerEntry } from '../../engine/engine.ts';
import { builtEvidence, sampleEntry, sampleImage, sampleLayer } from '../sample-evidence.ts';
import { efficiency } from './check.ts';

const file = (path: string, sizeBytes: number): LayerEntry => sampleEntry(path, { sizeBytes });
const gone = (path: string): LayerEntry => sampleEntry(path, { type: 'whiteout', sizeBytes: 0 });

function imageOf(...layers: { entries: LayerEntry[]; fromBase?: boolean; truncated?: boolean }[]) {
  const own = layers.map((layer, index) =>
    sampleLayer({ ...layer, line: index + 1, createdBy: `RUN step-${index + 1}`, diffId: `sha256:${index}` }),
  );
  return sampleImage({ layers: own, files: mergeLayers(own) });
}

function judge(image: ReturnType<typeof imageOf>, params: object = {}) {
  return efficiency.judge(efficiency.schema.parse(params), builtEvidence({ image }), 'lean');
}

const base = { entries: [file('/bin/sh', 8_000_000)], fromBase: true };

describe('efficiency', () => {
  test('passes when every byte can be seen', () => {
    expect(judge(imageOf(base, { entries: [file('/app/a', 2_000_000)] }))).toEqual({
      status: 'passed',
      actual: '100 %, 0 bytes wasted',
      message: "A container can see 100 % of the image's bytes; 0 bytes are hidden.",
    });
  });
  test('counts a file that is deleted later, and names both layers', () => {
    const image = imageOf(base, { entries: [file('/app/a', 2_000_000)] }, { entries: [gone('/app/a')] });
    expect(judge(image)).toEqual({
      status: 'failed',
      actual: '80 %, 2 MB wasted',
      line: 3,
      message:
        'Of the image, 2 MB (20 %) are in files that a later layer hides: `/app/a` with 2 MB from `RUN step-2` on line 2 and deleted by `RUN step-3` on line 3.',
    });
  });
  test('counts a file that is written again, as a chown in a step of its own does', () => {
    const image = imageOf({ entries: [file('/app/a', 2_000_000)] }, { entries: [file('/app/a', 2_000_000)] });
    expect(judge(image).message).toContain('and written again by `RUN step-2` on line 2');
    expect(judge(image).actual).toBe('50 %, 2 MB wasted');
  });
  test('lets few bytes pass however small the image is', () => {
    const image = imageOf({ entries: [file('/a', 900)] }, { entries: [gone('/a'), file('/b', 100)] });
    expect(judge(image)).toMatchObject({ status: 'passed', actual: '10 %, 900 bytes wasted' });
    expect(judge(image, { floor: '500B' }).status).toBe('failed');
  });
  test('lets a small share pass however large the image is', () => {
    const image = imageOf({ entries: [file('/a', 2_000_000), file('/big', 98_000_000)] }, { entries: [gone('/a')] });
    expect(judge(image).status).toBe('passed');
    expect(judge(image, { min: 0.99 }).status).toBe('failed');
  });
  test('is skipped without layers, and fails where not all was looked at', () => {
    expect(judge(imageOf()).status).toBe('skipped');
    expect(judge(imageOf({ entries: [], truncated: true }))).toMatchObject({ status: 'failed', line: 1 });
  });
});

describe('wastedIn', () => {
  const paths = (...layers: Parameters<typeof imageOf>) =>
    wastedIn(imageOf(...layers)).wasted.map(
      ({ path, hider, deleted }) => `${path} ${deleted ? '-' : '+'}${hider?.line}`,
    );

  test('finds what is below a folder that is deleted, replaced or made anew', () => {
    const lower = { entries: [file('/d/a', 5), file('/d/e/b', 3), file('/f', 1)] };
    expect(paths(lower, { entries: [gone('/d')] })).toEqual(['/d/a -2', '/d/e/b -2']);
    expect(paths(lower, { entries: [sampleEntry('/d', { type: 'symlink', linkTarget: 'x' })] })).toHaveLength(2);
    expect(paths(lower, { entries: [sampleEntry('/d', { type: 'opaque' }), file('/d/c', 1)] })).toEqual([
      '/d/a -2',
      '/d/e/b -2',
    ]);
  });
  test('counts each of several versions that are hidden, by the layer that hides it first', () => {
    const versions = [9, 8, 7].map((size) => ({ entries: [file('/a', size)] }));
    expect(paths(...versions)).toEqual(['/a +2', '/a +3']);
  });
  test('counts files of the base that the Dockerfile hides, but not what the base hides itself', () => {
    const lower = { entries: [file('/a', 5), file('/b', 4)], fromBase: true };
    const upper = { entries: [file('/a', 5)], fromBase: true };
    expect(paths(lower, upper, { entries: [gone('/b')] })).toEqual(['/b -3']);
    expect(paths(lower, upper, { entries: [file('/a', 1)] })).toEqual(['/a +3']);
  });
  test('takes many files and deletions', () => {
    const many = Array.from({ length: 60_000 }, (_, index) => `/d${index % 300}/f${index}`);
    expect(paths({ entries: many.map((path) => file(path, 1)) }, { entries: many.map(gone) })).toHaveLength(60_000);
  });
});
