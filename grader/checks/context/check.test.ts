import { describe, expect, test } from 'vitest';
import { builtEvidence, copySketch, type InstructionSketch, sampleDockerfile } from '../sample-evidence.ts';
import { context } from './check.ts';

const max = 300_000;

function judge(contextBytes: number | undefined, instructions: InstructionSketch[] | undefined) {
  const evidence = builtEvidence();
  const dockerfile = instructions === undefined ? undefined : sampleDockerfile([{ instructions }]);
  return context.judge({ max }, { ...evidence, dockerfile, build: { ...evidence.build, contextBytes } }, 'context');
}

describe('context', () => {
  test('passes at exactly the limit', () => {
    expect(judge(300_000, [copySketch(['.'], '.')])).toMatchObject({ status: 'passed', actual: '300 kB' });
  });
  test('fails above it and points at the COPY that takes everything', () => {
    expect(judge(48_200_000, [copySketch(['package.json'], './'), copySketch(['.'], '.')])).toEqual({
      status: 'failed',
      actual: '48.2 MB',
      sizes: { maxBytes: 300_000 },
      line: 3,
      message:
        "The build context that is sent has 48.2 MB, but the limit is 300 kB. `COPY . .` on line 3 asks for it. Look at what the app's folder holds that the build does not need, and at .dockerignore.",
    });
  });
  test.each(['.', './', '/', '*', './*'])('knows %s as the whole context', (source) => {
    expect(judge(400_000, [copySketch(['a'], 'b'), copySketch([source], '/app')]).line).toBe(3);
  });
  test('points at the first COPY when none takes everything', () => {
    expect(judge(400_000, [copySketch(['data'], '/d'), copySketch(['x'], '/x', 'builder')]).line).toBe(2);
  });
  test('has no line when the text is not known', () => {
    expect(judge(400_000, undefined)).not.toHaveProperty('line');
  });
  test('passes a Dockerfile that takes nothing from the context', () => {
    expect(judge(undefined, [copySketch(['x'], '/x', 'builder')])).toMatchObject({
      status: 'passed',
      actual: 'nothing',
    });
  });
  test('does not count what a stage would take that is never built', () => {
    const dockerfile = sampleDockerfile([{ reachable: false, instructions: [copySketch(['.'], '.')] }, {}]);
    const build = { ...builtEvidence().build, contextBytes: undefined };
    expect(context.judge({ max }, builtEvidence({ dockerfile, build }), 'context').status).toBe('passed');
  });
  test.each<[string, InstructionSketch]>([
    ['COPY', copySketch(['.'], '.')],
    ['a bind mount', { keyword: 'RUN', mounts: [{ type: 'bind', target: '/src' }] }],
    ['a mount without a type, which is a bind mount', { keyword: 'RUN', mounts: [{ target: '/src' }] }],
  ])('is skipped, and not passed, when the size is unknown although %s takes something', (_name, instruction) => {
    expect(judge(undefined, [instruction]).status).toBe('skipped');
  });
  test('is skipped when neither size nor text is known', () => {
    expect(judge(undefined, undefined).status).toBe('skipped');
  });

  test('can be asked with a lower limit', () => {
    expect(context.tighter?.({ max: 100_000 }, 0.05)).toEqual({ max: 95_000 });
  });
});
