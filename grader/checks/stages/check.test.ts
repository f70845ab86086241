import { describe, expect, test } from 'vitest';
import { copySketch, emptyEvidence, type StageSketch, sampleDockerfile } from '../sample-evidence.ts';
import { stages } from './check.ts';

const judge = (params: object, sketches: StageSketch[]) =>
  stages.judge(stages.schema.parse(params), emptyEvidence({ dockerfile: sampleDockerfile(sketches) }), 'stages');

const fromBuilder = copySketch(['/app/dist'], './dist', { stage: 0, name: 'builder' });

describe('the number of stages', () => {
  test('passes between min and max', () => {
    expect(judge({ min: 2, max: 2 }, [{ name: 'builder' }, {}])).toMatchObject({
      status: 'passed',
      actual: '2 stages',
    });
  });
  test('fails below min, at the final stage', () => {
    expect(judge({ min: 2 }, [{ line: 3 }])).toEqual({
      status: 'failed',
      actual: '1 stage',
      line: 3,
      message: 'The final image is made of 1 stage; expected at least 2.',
    });
  });
  test('does not count stages that the final image does not need', () => {
    expect(judge({ min: 2 }, [{ name: 'idle', reachable: false }, {}]).message).toBe(
      'The final image is made of 1 stage (of 2: the others are not needed by it, so they are never built); expected at least 2.',
    );
  });
  test('fails above max, at the first stage too many', () => {
    expect(judge({ max: 2 }, [{}, {}, { line: 7 }])).toMatchObject({
      status: 'failed',
      line: 7,
      message: 'There are 3 stages; expected at most 2.',
    });
  });
});

describe('names of stages', () => {
  test('pass when copies use them, in any case', () => {
    const copy = copySketch(['/a'], '/a', { stage: 0, name: 'Builder' });
    expect(judge({ named: true }, [{ name: 'builder' }, { instructions: [copy] }]).status).toBe('passed');
  });
  test('are not asked of stages that nobody copies from, nor of images', () => {
    const sketches = [{}, { instructions: [copySketch(['/bin/x'], '/x', 'busybox')] }];
    expect(judge({ named: true }, sketches).status).toBe('passed');
  });
  test.each([
    [{}, 'COPY on line 3 refers to a stage by its number, 0, which has no name (line 1).'],
    [{ name: 'builder' }, 'COPY on line 3 refers to a stage by its number, 0, whose name is `builder`.'],
  ])('fail on --from=0 of a stage like %j', (stage, message) => {
    const judgement = judge({ named: true }, [stage, { instructions: [copySketch(['/a'], '/a', { stage: 0 })] }]);
    expect(judgement).toMatchObject({ status: 'failed', line: 3, message });
  });
});

describe('unused stages', () => {
  test('pass when there are none', () => {
    expect(judge({ allUsed: true }, [{ name: 'builder' }, { instructions: [fromBuilder] }]).status).toBe('passed');
  });
  test('fail with their names and lines', () => {
    const sketches = [{ name: 'tester', reachable: false, line: 4 }, { reachable: false, line: 6 }, { line: 9 }];
    expect(judge({ allUsed: true }, sketches)).toEqual({
      status: 'failed',
      actual: '2 stages not used',
      line: 4,
      message:
        'The final image needs nothing from stage tester (line 4) and stage 2 (line 6); a build leaves it out, tests and all.',
    });
  });
});

describe('where copies come from', () => {
  const params = (mustBeFrom: string) => ({ copies: [{ matches: 'dist', mustBeFrom }] });
  const sketches = (copy: ReturnType<typeof copySketch>): StageSketch[] => [
    { name: 'builder' },
    { instructions: [copy] },
  ];

  test.each([
    ['stage', fromBuilder],
    ['image', copySketch(['/dist'], '/dist', 'example/app')],
    ['context', copySketch(['dist'], './dist')],
  ])('passes a copy from %s', (mustBeFrom, copy) => {
    expect(judge(params(mustBeFrom), sketches(copy)).status).toBe('passed');
  });
  test('fails a copy from elsewhere, with its line', () => {
    expect(judge(params('stage'), sketches(copySketch(['dist'], './dist')))).toEqual({
      status: 'failed',
      actual: 'copied from the build context',
      line: 3,
      message: '`COPY dist ./dist` on line 3 takes it from the build context; expected a stage.',
    });
  });
  test('fails when what is shipped has both', () => {
    const both = [{ name: 'builder' }, { instructions: [fromBuilder, copySketch(['dist'], './old')] }];
    expect(judge(params('stage'), both)).toMatchObject({ status: 'failed', line: 4 });
  });
  test('does not mind other copies in stages that are not shipped', () => {
    const builder = { name: 'builder', instructions: [copySketch(['dist'], './dist')] };
    expect(judge(params('stage'), [builder, { instructions: [fromBuilder] }]).status).toBe('passed');
  });
  test('looks at the stages that the final one continues', () => {
    const first = { name: 'base', instructions: [copySketch(['dist'], './dist')] };
    expect(judge(params('stage'), [first, { base: 'base', baseStage: 0, instructions: [fromBuilder] }]).status).toBe(
      'failed',
    );
  });
  test('fails when there is no such copy at all', () => {
    expect(judge(params('stage'), [{}, {}])).toMatchObject({ status: 'failed', actual: 'no such copy', line: 2 });
  });
  test('does not count stages that are never built', () => {
    const idle = { name: 'idle', reachable: false, instructions: [fromBuilder] };
    expect(judge(params('stage'), [idle, {}]).actual).toBe('no such copy');
  });
});

describe('stages', () => {
  test('is skipped when the Dockerfile could not be read or has no stage', () => {
    expect(stages.judge({ min: 2 }, emptyEvidence(), 'stages').status).toBe('skipped');
    expect(judge({ min: 2 }, []).status).toBe('skipped');
  });
  test('cuts a long list with a count and hostile text', () => {
    const idle = Array.from({ length: 19 }, () => ({ reachable: false }));
    expect(judge({ allUsed: true }, [...idle, {}]).message).toContain('and 16 more');
    const copy = copySketch([`dist\n${'x'.repeat(9_000)}`], '/x');
    const { message } = judge({ copies: [{ matches: 'dist', mustBeFrom: 'stage' }] }, [{ instructions: [copy] }]);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(300);
  });
  test.each([{}, { min: 3, max: 2 }, { named: false }, { copies: [] }])('refuses %j', (params) => {
    expect(stages.schema.safeParse(params).success).toBe(false);
  });
  test.each([
    [{ min: 2 }, 'In the Dockerfile, there are at least 2 stages.'],
    [{ max: 1 }, 'In the Dockerfile, there are at most 1 stage.'],
    [{ min: 2, max: 2 }, 'In the Dockerfile, there are 2 stages.'],
    [{ min: 2, max: 3 }, 'In the Dockerfile, there are 2 to 3 stages.'],
    [
      { named: true, allUsed: true, copies: [{ matches: 'dist', mustBeFrom: 'stage' }] },
      'In the Dockerfile, stages that others use have names; the final image needs every stage; what matches dist is copied from another stage.',
    ],
  ])('expects of %j: %s', (params, text) => {
    expect(stages.expected(stages.schema.parse(params))).toBe(text);
  });
});
