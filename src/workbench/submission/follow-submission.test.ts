import { expect, test } from 'vitest';
import type { Submission, SubmissionEvent } from '../../../grader/contract/submission.ts';
import { ApiFailure } from '../../api/client.ts';
import { type Connection, type FollowWorld, followSubmission } from './follow-submission.ts';

const stored = (state: Submission['state'], lastEventSeq: number): Submission => ({
  id: 's1',
  exercise: 'x',
  attempt: 1,
  state,
  createdAt: '2026-11-20T10:00:00Z',
  dockerfile: 'FROM a',
  lastEventSeq,
});

type Step = { events?: [number | '', SubmissionEvent][]; raw?: string; answer: Submission | Error };

/** Plays one step per connection: its events, then the connection breaks; then one answer to the question after it. */
function scripted(steps: Step[]) {
  const addresses: string[] = [];
  const waits: number[] = [];
  let step = -1;
  const world: FollowWorld = {
    open(address) {
      addresses.push(address);
      step += 1;
      const current = steps[step];
      const source = Object.assign(new EventTarget(), { close: () => {} }) as unknown as EventSource;
      queueMicrotask(() => {
        source.dispatchEvent(new Event('open'));
        if (current?.raw) source.dispatchEvent(new MessageEvent('log', { data: current.raw, lastEventId: '1' }));
        for (const [seq, event] of current?.events ?? []) {
          source.dispatchEvent(new MessageEvent(event.type, { data: JSON.stringify(event), lastEventId: String(seq) }));
        }
        source.dispatchEvent(new Event('error'));
      });
      return source;
    },
    async get() {
      const answer = steps[step]?.answer;
      if (!answer) throw new Error('the script has ended');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async wait(ms) {
      waits.push(ms);
    },
  };
  return { world, addresses, waits };
}

async function follow(steps: Step[], after = 0) {
  const script = scripted(steps);
  const seen: (number | undefined)[] = [];
  const connections: Connection[] = [];
  const submissions: Submission[] = [];
  await followSubmission(
    's1',
    {
      onEvent: (seq) => seen.push(seq),
      onConnection: (connection) => connections.push(connection),
      onSubmission: (submission) => submissions.push(submission),
    },
    { after, signal: new AbortController().signal, world: script.world },
  );
  return { ...script, seen, connections, submissions };
}

const log: SubmissionEvent = { type: 'log', lines: [] };
const finished: SubmissionEvent = { type: 'finished', verdict: 'passed' };

test('it ends with the verdict and hands on the stored report', async () => {
  const run = await follow([
    {
      events: [
        [1, log],
        [2, finished],
      ],
      answer: stored('finished', 2),
    },
  ]);
  expect(run.seen).toEqual([1, 2]);
  expect(run.submissions.map((one) => one.state)).toEqual(['finished']);
  expect(run.connections).toEqual(['opening', 'live', 'closed']);
});

test('after a lost connection it goes on behind the last event', async () => {
  const run = await follow([
    {
      events: [
        [1, log],
        [2, log],
      ],
      answer: stored('grading', 4),
    },
    {
      events: [
        [3, log],
        [5, finished],
      ],
      answer: stored('finished', 5),
    },
  ]);
  expect(run.addresses).toEqual(['/api/submissions/s1/events?after=0', '/api/submissions/s1/events?after=2']);
  expect(run.connections).toContain('lost');
  expect(run.seen).toEqual([1, 2, 3, 5]);
});

test('while the server restarts it waits longer each time and asks again', async () => {
  const away = new ApiFailure(0, 'unreachable', 'away');
  const run = await follow([
    { events: [[1, log]], answer: away },
    { answer: away },
    { answer: away },
    { events: [[2, finished]], answer: stored('finished', 2) },
  ]);
  expect(run.waits).toEqual([300, 1_000, 2_000]);
  expect(run.connections.at(-1)).toBe('closed');
});

test('a submission that ended while nobody listened is read to its last event', async () => {
  const run = await follow([
    { events: [[1, log]], answer: stored('finished', 3) },
    {
      events: [
        [2, log],
        [3, finished],
      ],
      answer: stored('finished', 3),
    },
  ]);
  expect(run.seen).toEqual([1, 2, 3]);
});

test('a submission that the server does not know is given up', async () => {
  const run = await follow([{ answer: new ApiFailure(404, 'not_found', 'no such submission') }]);
  expect(run.connections).toEqual(['opening', 'live', 'gone']);
});

test('what is not an event of the contract is left out', async () => {
  const run = await follow([{ raw: '{"type":"log"', events: [[2, finished]], answer: stored('finished', 2) }]);
  expect(run.seen).toEqual([2]);
});

test('the place in the queue comes without a number and moves none', async () => {
  const place: SubmissionEvent = { type: 'state', state: 'queued', queuePosition: 2 };
  const run = await follow([
    {
      events: [
        ['', place],
        [1, log],
        [1, place],
      ],
      answer: stored('queued', 1),
    },
    { events: [[2, finished]], answer: stored('finished', 2) },
  ]);
  expect(run.seen).toEqual([undefined, 1, undefined, 2]);
  expect(run.addresses[1]).toBe('/api/submissions/s1/events?after=1');
});
