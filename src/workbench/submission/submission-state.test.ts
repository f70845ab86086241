import { expect, test } from 'vitest';
import { type CheckReport, contextVertexName, type Report } from '../../../grader/contract/report.ts';
import type { Submission, SubmissionEvent } from '../../../grader/contract/submission.ts';
import { isOver, type SubmissionView, updateView, viewOf } from './submission-state.ts';

const submission: Submission = {
  id: 's1',
  exercise: 'ts-two-stages',
  attempt: 1,
  state: 'queued',
  createdAt: '2026-11-20T10:00:00Z',
  dockerfile: 'FROM node:20',
  lastEventSeq: 0,
};
const check = (id: string, status: CheckReport['status']): CheckReport => ({
  id,
  type: id,
  status,
  expected: 'x',
  actual: 'y',
  message: 'z',
});
const report: Report = {
  verdict: 'failed',
  checks: [check('builds', 'passed'), check('size', 'failed')],
  build: { ok: true, durationMs: 1, findings: [], vertexes: [] },
  stages: [],
  catalogue: { source: 'stand-in' },
};
const play = (events: [number, SubmissionEvent][], from: SubmissionView = viewOf(submission)) =>
  events.reduce((view, [seq, event]) => updateView(view, { kind: 'event', seq, event }), from);
const log = (text: string): SubmissionEvent => ({ type: 'log', lines: [{ text, stream: 'stdout' }] });
const texts = (view: SubmissionView) => view.log.chunks.flat().map((line) => line.text);

test('the events of a run lead from the queue to a verdict', () => {
  const view = play([
    [1, { type: 'state', state: 'queued', queuePosition: 2 }],
    [2, { type: 'state', state: 'grading' }],
    [3, { type: 'phase', phase: 'build', detail: 'npm ci' }],
    [4, log('added 4 packages')],
    [5, { type: 'check', check: check('builds', 'passed') }],
    [6, { type: 'finished', verdict: 'passed' }],
  ]);
  expect(view).toMatchObject({
    state: 'finished',
    verdict: 'passed',
    phase: 'build',
    queuePosition: undefined,
    lastSeq: 6,
  });
  expect(texts(view)).toEqual(['added 4 packages']);
  expect(view.checks.map((one) => one.id)).toEqual(['builds']);
});

test('what is sent twice after a reconnection counts once', () => {
  const events: [number, SubmissionEvent][] = [
    [1, log('one')],
    [2, log('two')],
  ];
  expect(texts(play([...events, ...events, [3, log('three')]]))).toEqual(['one', 'two', 'three']);
});

test('an event that comes late is not taken for news', () => {
  const view = play([
    [5, { type: 'finished', verdict: 'failed' }],
    [4, { type: 'state', state: 'grading' }],
  ]);
  expect(view.state).toBe('finished');
  expect(view.lastSeq).toBe(5);
});

test('numbers with gaps are fine: other submissions use them too', () => {
  expect(
    texts(
      play([
        [10, log('one')],
        [700, log('two')],
      ]),
    ),
  ).toEqual(['one', 'two']);
});

test('when another worker takes over, log and checks of before are gone', () => {
  const view = play([
    [1, log('old')],
    [2, { type: 'check', check: check('builds', 'failed') }],
    [3, { type: 'restarted', reason: 'the engine was restarted' }],
    [4, log('new')],
  ]);
  expect(texts(view)).toEqual(['new']);
  expect(view.checks).toEqual([]);
  expect(view).toMatchObject({ state: 'grading', restartReason: 'the engine was restarted', phase: undefined });
});

test('a check that is judged again replaces its first finding', () => {
  const view = play([
    [1, { type: 'check', check: check('size', 'failed') }],
    [2, { type: 'check', check: check('size', 'passed') }],
  ]);
  expect(view.checks).toEqual([check('size', 'passed')]);
});

test('the stored report is the last word, and a replay of the events only fills the log', () => {
  const finished = viewOf({ ...submission, state: 'finished', verdict: 'failed', report, lastEventSeq: 9 });
  const view = play(
    [
      [1, { type: 'state', state: 'grading' }],
      [2, log('one')],
      [3, { type: 'check', check: check('builds', 'passed') }],
      [9, { type: 'finished', verdict: 'failed' }],
    ],
    finished,
  );
  expect(view.state).toBe('finished');
  expect(view.checks).toEqual(report.checks);
  expect(texts(view)).toEqual(['one']);
});

test('an answer from before the newest event does not turn the state back', () => {
  const view = play([[7, { type: 'state', state: 'grading' }]]);
  expect(updateView(view, { kind: 'snapshot', submission: { ...submission, lastEventSeq: 3 } })).toBe(view);
});

test("a snapshot brings the report, another submission's brings nothing", () => {
  const view = play([[7, { type: 'finished', verdict: 'failed' }]]);
  const stored: Submission = { ...submission, state: 'finished', verdict: 'failed', report, lastEventSeq: 7 };
  expect(updateView(view, { kind: 'snapshot', submission: stored }).report).toEqual(report);
  expect(updateView(view, { kind: 'snapshot', submission: { ...stored, id: 's2' } })).toBe(view);
});

test('cancelled and finished are the ends', () => {
  expect(play([[1, { type: 'cancelled' }]]).state).toBe('cancelled');
  expect([isOver('cancelled'), isOver('finished'), isOver('grading'), isOver('queued')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('the place in the queue, said in passing, counts only while it waits', () => {
  const passing = { type: 'state', state: 'queued', queuePosition: 3 } as const;
  const waiting = updateView(viewOf(submission), { kind: 'event', seq: undefined, event: passing });
  expect(waiting).toMatchObject({ queuePosition: 3, lastSeq: 0 });
  const grading = play([[1, { type: 'state', state: 'grading' }]], waiting);
  expect(updateView(grading, { kind: 'event', seq: undefined, event: passing })).toBe(grading);
});

const vertex = (status: 'running' | 'done', id = 1): SubmissionEvent => ({
  type: 'vertex',
  status,
  vertex: { name: `[a 1/1] RUN ${id}`, id, cached: false, durationMs: status === 'done' ? 5 : 0 },
});

test('a vertex is one however often it is told of, and BuildKit’s own preparations are none', () => {
  const internal = {
    type: 'vertex',
    status: 'done',
    vertex: { name: '[internal] load metadata for docker.io/library/node:20', cached: false, durationMs: 1 },
  };
  const sent = { type: 'vertex', status: 'done', vertex: { name: contextVertexName, cached: false, durationMs: 1 } };
  expect(play([[1, sent as SubmissionEvent]]).vertexes).toHaveLength(1);
  const view = play([
    [1, internal as SubmissionEvent],
    [2, vertex('running')],
    [3, vertex('running', 2)],
    [4, vertex('done')],
  ]);
  expect(view.vertexes.map(({ id, status, durationMs }) => [id, status, durationMs])).toEqual([
    [1, 'done', 5],
    [2, 'running', 0],
  ]);
  expect(play([[5, { type: 'restarted', reason: 'the worker was lost' }]], view).vertexes).toEqual([]);
});

test('of a submission that is over, its report says what the vertexes did', () => {
  const vertexes = [
    { name: 'a', cached: true, durationMs: 0 },
    { name: 'b', cached: false, durationMs: 1, error: 'exit code: 1' },
    { name: 'c', cached: false, durationMs: 1 },
  ];
  const reported = { ...report, build: { ...report.build, vertexes } };
  const view = viewOf({ ...submission, state: 'finished', report: reported });
  expect(view.vertexes.map(({ status }) => status)).toEqual(['cached', 'failed', 'done']);
  expect(play([[1, vertex('running')]], view).vertexes).toBe(view.vertexes);
});
