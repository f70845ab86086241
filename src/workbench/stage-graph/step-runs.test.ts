import { expect, test } from 'vitest';
import { readDockerfile } from '../../dockerfile/read-dockerfile.ts';
import type { LiveVertex } from '../submission/live-vertexes.ts';
import { graphFacts } from './graph-facts.ts';
import { stageRun, stepRuns } from './step-runs.ts';

const text = ['FROM a AS x', 'WORKDIR /w', 'RUN one', 'FROM a', 'WORKDIR /w', 'COPY --from=x /1 /', 'RUN two'].join(
  '\n',
);
const built = readDockerfile(text);
const vertex = (line: number, stage: string, parts: Partial<LiveVertex> = {}): LiveVertex => ({
  ...{ name: `[${stage}] ${line}`, stage, line, cached: false, durationMs: 10, status: 'done' },
  instruction: text.split('\n')[line - 1]?.split(' ')[0],
  ...parts,
});
const statesOf = (vertexes: LiveVertex[], over: boolean, drawn = built) => {
  const runs = stepRuns({ vertexes, built, over });
  return graphFacts(drawn).stages.map((stage) =>
    [stage.from, ...stage.steps].map((step) => runs.get(step.key)?.state ?? '-').join(' '),
  );
};
const first = [vertex(1, 'x'), vertex(2, 'x', { status: 'cached', cached: true })];

test('before anything ran every step waits', () => {
  expect(statesOf([], false)).toEqual(['waiting waiting waiting', 'waiting waiting waiting waiting']);
});

test('what two stages share is done for both', () => {
  const running = vertex(3, 'x', { status: 'running', durationMs: 0 });
  expect(statesOf([...first, running], false)).toEqual(['done cached running', 'done cached waiting waiting']);
});

test('after a failure the rest was not run, and what was stopped with it did not fail', () => {
  const failed = vertex(3, 'x', { status: 'failed', error: 'exit code: 1' });
  const stopped = vertex(6, '1', { status: 'failed', error: 'Canceled: context canceled' });
  expect(statesOf([...first, failed, stopped], true)).toEqual(['done cached failed', 'done cached not-run not-run']);
});

test('what ran when the build was cancelled does not run for ever', () => {
  expect(statesOf([vertex(1, 'x', { status: 'running' })], true)[0]).toBe('not-run not-run not-run');
});

test('a step keeps its state in an edited text, and a new one has none', () => {
  const edited = readDockerfile(`# moved\n${text.replace('RUN two', 'RUN three')}`);
  const all = [...first, vertex(3, 'x'), vertex(6, '1'), vertex(7, '1')];
  expect(statesOf(all, true, edited)).toEqual(['done cached done', 'done cached done -']);
});

test.each([
  ['waiting', [], false],
  ['running', first, false],
  ['done', [...first, vertex(3, 'x')], false],
  ['cached', [...first, vertex(3, 'x', { status: 'cached', cached: true })], true],
  ['failed', [...first, vertex(3, 'x', { status: 'failed', error: 'exit code: 1' })], true],
  ['not-run', first, true],
] as const)('a stage is %s as its steps are', (state, vertexes, over) => {
  const [stage] = graphFacts(built).stages;
  expect(stage && stageRun(stage, stepRuns({ vertexes, built, over }))).toMatchObject({ state, steps: 3 });
});

test('a stage that nothing needs was sent to no build', () => {
  const lonely = readDockerfile('FROM a AS lonely\nRUN x\nFROM b');
  const [stage] = graphFacts(lonely).stages;
  expect(stage && stageRun(stage, stepRuns({ vertexes: [], built: lonely, over: false }))).toBeUndefined();
});
