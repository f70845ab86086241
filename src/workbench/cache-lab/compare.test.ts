import { expect, test } from 'vitest';
import type { RebuildResult, RebuiltStep } from '../../../grader/contract/rebuild.ts';
import type { VertexReport } from '../../../grader/contract/report.ts';
import { compare, savedBy, stepsToPredict } from './compare.ts';

const vertex = (line: number, name: string, changes: Partial<VertexReport> = {}): VertexReport => ({
  name,
  line,
  instruction: /\] ([A-Z]+)/.exec(name)?.[1] ?? '',
  stage: 'build',
  cached: false,
  durationMs: 1_000,
  ...changes,
});
const step = (line: number, did: RebuiltStep['did']): RebuiltStep => ({
  ...{ line, did, text: 'RUN x', because: 'y', durationMs: 0 },
});
const result = (steps: RebuiltStep[]): RebuildResult => ({ ok: true, durationMs: 1, steps });

test('what is predicted are the steps that read or run something, in the order of the file, each once', () => {
  const vertexes = [
    vertex(9, '[stage-1 2/3] COPY --from=build /app /app', { stage: 'stage-1' }),
    vertex(4, '[build 4/5] RUN npm ci'),
    vertex(4, '[other 4/5] RUN npm ci', { stage: 'other' }),
    vertex(1, '[build 1/5] FROM node:20'),
    vertex(2, '[build 2/5] WORKDIR /app'),
  ];
  const stages = [
    { name: 'build', index: 0, line: 1, baseName: 'node:20', final: false },
    { name: '1', index: 1, line: 7, baseName: 'node:20-slim', final: true },
  ];
  expect(stepsToPredict(vertexes, stages)).toEqual([
    { line: 4, text: 'RUN npm ci', stage: { name: 'build', index: 0 } },
    { line: 9, text: 'COPY --from=build /app /app', stage: { name: 'stage-1', index: 1 } },
  ]);
});

test('a prediction is right when the step did just that, and a step without one is neither', () => {
  const found = compare(
    [
      { line: 1, says: 'cached' },
      { line: 2, says: 'cached' },
      { line: 99, says: 'runs' },
    ],
    [step(1, 'cached'), step(2, 'runs'), step(3, 'cached')],
  );
  expect(found).toMatchObject({ right: 1, predicted: 2 });
  expect(found.steps.map(({ says, right }) => [says, right])).toEqual([
    ['cached', true],
    ['cached', false],
    [undefined, false],
  ]);
});

test('what the cache saved is what the steps took in the first build; the rest is said to be unknown', () => {
  const first = [vertex(1, '[a] RUN x', { durationMs: 700 }), vertex(2, '[b] RUN y', { cached: true, durationMs: 0 })];
  expect(savedBy(result([step(1, 'cached'), step(2, 'cached'), step(3, 'runs')]), first)).toEqual({
    milliseconds: 700,
    unknown: 1,
  });
  expect(savedBy(result([step(1, 'runs')]), first)).toEqual({ milliseconds: 0, unknown: 0 });
});
