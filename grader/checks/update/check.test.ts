import { describe, expect, test } from 'vitest';
import type { VertexReport } from '../../contract/report.ts';
import { builtEvidence, sampleImage, sampleLayer, sampleVertex } from '../sample-evidence.ts';
import { update } from './check.ts';

const layers = [
  sampleLayer({ sizeBytes: 200_000_000, fromBase: true, line: 1 }),
  sampleLayer({ sizeBytes: 6_000_000, line: 7, createdBy: 'COPY /out/lib /app/lib # buildkit' }),
  sampleLayer({ sizeBytes: 20_000, line: 8, createdBy: 'COPY /out/app.jar /app/ # buildkit' }),
];
const lib = (cached: boolean) => sampleVertex('[stage-1 2/3] COPY --from=build /out/lib /app/lib', { cached, line: 7 });
const jar = (cached: boolean) =>
  sampleVertex('[stage-1 3/3] COPY --from=build /out/app.jar /app/', { cached, line: 8 });

function judge(vertexes: VertexReport[], parts: { ok?: boolean; message?: string } = {}) {
  const params = update.schema.parse({ edit: 'src/Main.java', max: '500kB' });
  const rebuild = { ok: true, edited: 'src/Main.java', vertexes, ...parts };
  return update.judge(params, builtEvidence({ image: sampleImage({ layers }), rebuilds: { small: rebuild } }), 'small');
}

describe('update', () => {
  test('passes when only the small layer is made anew', () => {
    expect(judge([lib(true), jar(false)])).toMatchObject({
      status: 'passed',
      message: 'After an edit of src/Main.java, 20 kB of the 6.02 MB above the base image are made anew.',
    });
  });

  test('names the largest layer that is made anew, and its line', () => {
    const judgement = judge([lib(false), jar(false)]);
    expect(judgement).toMatchObject({ status: 'failed', line: 7 });
    expect(judgement.message).toMatch(/^After an edit of src\/Main.java, 6\.02 MB of the .* the limit is 500 kB/);
  });

  test('an edit that reaches no layer proves nothing', () => {
    const judgement = judge([lib(true), jar(true)]);
    expect(judgement).toMatchObject({ status: 'failed', actual: 'the edit reaches no layer' });
  });

  test('the base image is never pulled again', () => {
    const from = sampleVertex('[stage-1 1/3] FROM docker.io/library/debian', { cached: false, line: 1 });
    expect(judge([from, lib(true), jar(false)]).status).toBe('passed');
  });

  test('a second build that fails is told with its reason', () => {
    expect(judge([], { ok: false, message: 'no space left' }).message).toBe(
      'The build after an edit of src/Main.java failed: No space left.',
    );
  });

  test('is skipped without a second build', () => {
    const params = update.schema.parse({ edit: 'src/Main.java', max: '500kB' });
    expect(update.judge(params, builtEvidence(), 'small').status).toBe('skipped');
  });

  test('asks for more room to spare when a right answer is verified', () => {
    const params = update.schema.parse({ edit: 'src/Main.java', max: '500kB' });
    expect(update.tighter?.(params, 0.05)).toMatchObject({ max: 475_000 });
  });
});
