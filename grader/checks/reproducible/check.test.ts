import { describe, expect, test } from 'vitest';
import type { TwiceEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile } from '../sample-evidence.ts';
import { reproducible } from './check.ts';

const dockerfile = sampleDockerfile([{ instructions: [{ keyword: 'RUN', text: 'date > /now' }] }]);
const twice = (parts: Partial<TwiceEvidence> = {}): TwiceEvidence => ({
  ...{ ok: true, sameImage: false, sameLayers: false, differences: [], notCompared: 0 },
  ...parts,
});
const differ = (what: TwiceEvidence['differences'][number]['what'], path = '/now') => ({ path, line: 2, what });

function judge(evidence: TwiceEvidence | undefined, params: object = {}) {
  const found: Record<string, TwiceEvidence> = evidence === undefined ? {} : { same: evidence };
  return reproducible.judge(reproducible.schema.parse(params), builtEvidence({ dockerfile, twice: found }), 'same');
}

describe('reproducible', () => {
  test('passes when the layers are the same, or the image where that is asked', () => {
    expect(judge(twice({ sameLayers: true })).status).toBe('passed');
    expect(judge(twice({ sameLayers: true }), { compare: 'layers' }).status).toBe('passed');
    expect(judge(twice({ sameLayers: true, sameImage: true }), { compare: 'image' }).status).toBe('passed');
    expect(judge(twice({ sameLayers: true }), { compare: 'image' })).toMatchObject({
      status: 'failed',
      message: "Two builds of the same sources differ in the image's settings, such as the time of its making.",
    });
  });
  test('names the file that differs and the step that made it', () => {
    expect(judge(twice({ differences: [differ('time', '/a'), differ('content')] }))).toEqual({
      status: 'failed',
      actual: '1 difference',
      line: 2,
      message:
        'Two builds of the same sources differ in `/now`: the first of them does not have the same content. It comes from `RUN date > /now` on line 2.',
    });
  });
  test('lets other times pass, unless the layers are compared', () => {
    const times = twice({ differences: [differ('time'), differ('time', '/a')] });
    expect(judge(times)).toMatchObject({ status: 'passed', actual: 'the same files twice' });
    expect(judge(times, { compare: 'layers' })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('differ in `/a` and `/now`: the first of them has the time of the build'),
    });
  });
  test.each([
    ['mode', 'does not have the same owner or mode'],
    ['only-one', 'is in one of the two only'],
  ] as const)('refuses another %s', (what, words) => {
    expect(judge(twice({ differences: [differ(what)] })).message).toContain(words);
  });
  test('does not pass where files were left unopened', () => {
    expect(judge(twice({ notCompared: 7 }))).toMatchObject({ status: 'failed', actual: 'too many files to compare' });
    expect(judge(twice(), { compare: 'layers' }).message).toContain('something that no file shows');
  });
  test('fails when the second build fails, and is skipped when there was none', () => {
    expect(judge(twice({ ok: false, message: 'no space' })).message).toContain('and that failed: No space.');
    expect(judge(undefined).status).toBe('skipped');
  });
  test('asks for two builds with the time', () => {
    expect(reproducible.needs?.(reproducible.schema.parse({ sourceDateEpoch: 5 }), 'same')).toEqual([
      { kind: 'twice', id: 'same', sourceDateEpoch: 5 },
    ]);
  });
});
