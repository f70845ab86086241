import { expect, test } from 'vitest';
import { contextVertexName } from '../../../grader/contract/report.ts';
import type { LiveVertex } from '../submission/live-vertexes.ts';
import { type Timeline, ticksOf, timelineOf } from './timeline.ts';
import { pathSentence, rowWords, savedSentence } from './timeline-strings.ts';

const zero = Date.parse('2026-11-21T10:00:00.000Z');
const iso = (ms: number) => new Date(zero + ms).toISOString();
let id = 0;
const vertex = (name: string, times: [number, number?], parts: Partial<LiveVertex> = {}): LiveVertex => {
  id += 1;
  const [start, end] = times;
  return {
    ...{ id, name, stage: 'a', instruction: 'RUN', line: id, cached: false, durationMs: (end ?? start) - start },
    ...{ status: end === undefined ? 'running' : 'done', startedAt: iso(start) },
    ...(end !== undefined && { endedAt: iso(end) }),
    ...parts,
  };
};
const timeline = (vertexes: LiveVertex[], nowMs = 0, earlier = [] as { attempt: number; vertexes: LiveVertex[] }[]) =>
  timelineOf({ vertexes, earlier, nowMs: zero + nowMs }) as Timeline;

function twoBranches() {
  const base = vertex('[a 1/2] FROM docker.io/library/x', [0, 1_000], { instruction: 'FROM' });
  const slow = vertex('[a 2/2] RUN slow', [1_000, 9_000], { inputs: [base.id ?? 0] });
  const fast = vertex('[b 1/1] RUN --mount=type=cache,target=/c fast', [1_000, 3_000], {
    stage: 'b',
    inputs: [base.id ?? 0],
  });
  const last = vertex('[c 1/1] COPY all', [9_000, 9_500], { stage: 'c', inputs: [slow.id ?? 0, fast.id ?? 0] });
  const out = vertex('exporting to image', [9_600, 9_900], {
    instruction: undefined,
    stage: undefined,
    line: undefined,
  });
  return [base, slow, fast, last, out];
}

test('stages stand in the order of the text, on one scale', () => {
  const drawn = timeline(twoBranches());
  expect(drawn.groups.map(({ stage, startMs, endMs }) => [stage, startMs, endMs])).toEqual([
    ['a', 0, 9_000],
    ['b', 1_000, 3_000],
    ['c', 9_000, 9_500],
    [undefined, 9_600, 9_900],
  ]);
  expect(drawn.groups[1]?.rows[0]?.text).toBe('RUN fast');
  expect(drawn.durationMs).toBe(9_900);
});

test('the critical path passes the fast branch by and ends with the export', () => {
  const drawn = timeline(twoBranches());
  expect(drawn.path.map(({ text }) => text)).toEqual(['FROM x', 'RUN slow', 'COPY all', 'exporting to image']);
  expect(pathSentence(drawn, false).replaceAll('\u202f', ' ')).toBe(
    'The build took 9.9 s. The critical path goes through `FROM x` (1.0 s), then `RUN slow` (8.0 s), then `COPY all` (0.5 s).',
  );
});

test('short steps of the path are not named beside long ones', () => {
  const slow = vertex('[a] RUN slow', [0, 60_000]);
  const short = vertex('[a] RUN short', [60_000, 60_400], { inputs: [slow.id ?? 0] });
  expect(pathSentence(timeline([slow, short]), false)).not.toContain('short');
});

test('what runs ends now, and never before it began', () => {
  const running = vertex('[a 1/1] RUN long', [2_000]);
  expect(timeline([vertex('[a] x', [0, 1]), running], 5_000).durationMs).toBe(5_000);
  expect(timeline([vertex('[a] x', [0, 1]), running], -60_000).durationMs).toBe(2_000);
});

test('a cached step shows what it took when it last ran, and the scale has room for it', () => {
  const now = vertex('[a 2/2] RUN slow', [0, 0], { cached: true, status: 'cached' });
  const drawn = timeline([now], 0, [{ attempt: 1, vertexes: [vertex('[a 2/3] RUN slow', [0, 8_000])] }]);
  const row = drawn.groups[0]?.rows[0];
  expect(row?.saved).toEqual({ ms: 8_000, attempt: 1 });
  expect(drawn).toMatchObject({ scaleMs: 8_000, savedMs: 8_000, unknownSaved: 0 });
  expect(savedSentence(drawn)).toContain('1 cached step saved');
  expect(row && rowWords(row)).toContain('saved 8.0\u202fs, in attempt 1');
});

test('a cached step that nobody here ever ran is counted, not guessed', () => {
  const drawn = timeline([vertex('[a 2/2] RUN slow', [0, 0], { cached: true, status: 'cached' })]);
  expect(drawn.unknownSaved).toBe(1);
  expect(savedSentence(drawn)).toBe('');
});

test('what was there before the build stands at its beginning', () => {
  const given = vertex('[a 1/2] RUN given', [0, 0], {
    cached: true,
    status: 'cached',
    startedAt: undefined,
    endedAt: undefined,
  });
  const drawn = timeline([given, vertex('[a 2/2] RUN now', [500, 900])]);
  expect(drawn.groups[0]?.rows.map(({ text, startMs }) => [text, startMs])).toEqual([
    ['RUN given', 0],
    ['RUN now', 0],
  ]);
  expect(drawn.path.map(({ text }) => text)).toEqual(['RUN now']);
});

test('an attempt from before times were kept has no timeline', () => {
  const old = vertex('[a] x', [0, 5], { startedAt: undefined, endedAt: undefined, id: undefined });
  expect(timelineOf({ vertexes: [old], earlier: [], nowMs: zero })).toBeUndefined();
  expect(timelineOf({ vertexes: [], earlier: [], nowMs: zero })).toBeUndefined();
});

test.each([
  [1, [0]],
  [450, [0, 100, 200, 300, 400]],
  [9_900, [0, 2_000, 4_000, 6_000, 8_000]],
  [60_000, [0, 15_000, 30_000, 45_000, 60_000]],
  [1_200_000, [0, 300_000, 600_000, 900_000, 1_200_000]],
])('a scale of %i ms has marks at round times', (scaleMs, expected) => {
  expect(ticksOf(scaleMs)).toEqual(expected);
});

test('sending the context is a row of BuildKit itself with its size, and on the way to what copies from it', () => {
  const context = vertex(contextVertexName, [0, 3_000], {
    ...{ instruction: undefined, stage: undefined, line: undefined, transferredBytes: 42_000_000 },
  });
  const copy = vertex('[a 2/2] COPY . .', [3_000, 3_100], { inputs: [context.id ?? 0] });
  const drawn = timeline([context, copy]);
  const row = drawn.groups.at(-1)?.rows[0];
  expect([drawn.groups.at(-1)?.stage, row?.text]).toEqual([undefined, 'load build context']);
  expect(row && rowWords(row)).toBe(
    'done, sent 42\u202fMB, began at 0.0\u202fs, took 3.0\u202fs, on the critical path',
  );
  expect(drawn.path.map(({ text }) => text)).toEqual(['load build context', 'COPY . .']);
  expect(pathSentence(drawn, false)).toContain('goes through `load build context` (3.0\u202fs)');
});

test('a base that was looked at first and fetched last is no long step', () => {
  const base = vertex('[a 1/2] FROM x', [0, 5_900], { instruction: 'FROM', durationMs: 40 });
  const run = vertex('[b 1/1] RUN long', [100, 5_000], { stage: 'b' });
  const copy = vertex('[a 2/2] COPY --from=b', [5_900, 6_000], { inputs: [base.id ?? 0, run.id ?? 0] });
  const drawn = timeline([base, run, copy]);
  expect(drawn.path.map(({ text }) => text)).toEqual(['RUN long', 'COPY --from=b']);
});
