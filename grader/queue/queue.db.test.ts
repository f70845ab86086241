import { sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Submission, SubmissionEvent } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import { readEvents } from '../store/events.ts';
import { createLearner } from '../store/learners.ts';
import { cancelSubmission, findSubmission } from '../store/submissions.ts';
import { patiently, testReport as report } from '../store/testing.ts';
import { queueNames } from './job-queue.ts';
import { requeueOrphans } from './orphans.ts';
import { submitSubmission } from './submit-submission.ts';
import { testStorage } from './testing-storage.ts';

const storage = testStorage();
const { work, faults } = storage;
let learnerId: string;

beforeEach(async () => {
  learnerId = (await createLearner(storage.store.db)).id;
});

const submit = (dockerfile = 'FROM scratch', learner = learnerId) =>
  submitSubmission(storage, { learnerId: learner, files: { exercise: 'one', dockerfile } });

async function ended({ id }: Pick<Submission, 'id'>): Promise<Submission> {
  return vi.waitFor(async () => {
    const found = await findSubmission(storage.store.db, { id, learnerId });
    if (found?.state !== 'finished' && found?.state !== 'cancelled') throw new Error(`still ${found?.state}`);
    return found;
  }, patiently);
}

const typesOf = async ({ id }: Pick<Submission, 'id'>) =>
  (await readEvents(storage.store.db, id, 0)).map(({ event }) => (event.type === 'state' ? event.state : event.type));

/** Resolves when the signal is aborted; how a real build ends on cancellation. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );

test('a submission is graded with the files and the learner it came with, and its events are kept in order', async () => {
  const seen: unknown[] = [];
  await work(async (request, { emit }) => {
    seen.push(request);
    emit({ type: 'phase', phase: 'build' });
    for (let n = 0; n < 3; n += 1) emit({ type: 'log', lines: [{ text: `line ${n}`, stream: 'stdout' }] });
    return report;
  });
  const submission = await submit('FROM node:20');
  expect(await ended(submission)).toMatchObject({ verdict: 'passed', report, attempt: 1 });
  const files = { dockerfile: 'FROM node:20', dockerignore: undefined };
  expect(seen).toEqual([{ exercise: 'one', ...files, learner: learnerId, submission: submission.id }]);
  expect(await typesOf(submission)).toEqual(['queued', 'grading', 'phase', 'log', 'finished']);
});

test('what a grader emits about the queue itself is ignored', async () => {
  await work(async (_request, { emit }) => {
    emit({ type: 'finished', verdict: 'failed' } satisfies SubmissionEvent);
    return report;
  });
  const submission = await submit();
  await ended(submission);
  expect(await typesOf(submission)).toEqual(['queued', 'grading', 'finished']);
});

test('a lasting fault of ours ends as grader_error with its sentence at once', async () => {
  const grade = vi.fn<Grade>(async () => {
    throw new StagecraftError('host_lacks', 'This machine has no cgroups.');
  });
  await work(grade);
  const done = await ended(await submit());
  expect(done).toMatchObject({ verdict: 'grader_error', message: 'This machine has no cgroups. (In the log: log-1.)' });
  expect(grade).toHaveBeenCalledTimes(1);
});

test('a passing fault is tried again, and the learner sees that it started over', async () => {
  let deliveries = 0;
  await work(async () => {
    deliveries += 1;
    if (deliveries === 1)
      throw new StagecraftError('engine_unavailable', 'The engine is restarting.', { retryable: true });
    return report;
  });
  const submission = await submit();
  await startRetriesNow(submission);
  expect(await ended(submission)).toMatchObject({ verdict: 'passed', attempt: 1 });
  const events = await readEvents(storage.store.db, submission.id, 0);
  expect(events.map(({ event }) => event)).toContainEqual({
    type: 'restarted',
    reason: 'The engine is restarting. It is tried again.',
  });
});

/** Instead of waiting for the delay between deliveries. */
async function startRetriesNow({ id }: Pick<Submission, 'id'>): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await storage.store.db.execute(
      sql`update pgboss.job set start_after = now() where state = 'retry' and data->>'submission' = ${id}`,
    );
    expect(rowCount).toBe(1);
  }, patiently);
}

test('a fault that stays is tried as often as the limit says', async () => {
  const grade = vi.fn<Grade>(async () => {
    throw new Error('connect ECONNREFUSED docker.sock');
  });
  await work(grade);
  const submission = await submit();
  for (let n = 1; n < limits.queue.deliveriesMax; n += 1) await startRetriesNow(submission);
  const done = await ended(submission);
  expect(done.verdict).toBe('grader_error');
  expect(done.message).not.toContain('ECONNREFUSED');
  expect(grade).toHaveBeenCalledTimes(limits.queue.deliveriesMax);
});

test('a cancelled submission is stopped in the middle and stays cancelled', async () => {
  let aborted = false;
  const worker = await work(async (_request, { signal }) => {
    await untilAborted(signal).finally(() => {
      aborted = true;
    });
    return report;
  });
  const submission = await submit();
  await vi.waitFor(() => expect(worker.running()).toBe(1), patiently);
  await cancelSubmission(storage.store.db, { id: submission.id, learnerId });
  await vi.waitFor(() => expect(aborted).toBe(true), patiently);
  await vi.waitFor(() => expect(worker.running()).toBe(0), patiently);
  expect(await typesOf(submission)).toEqual(['queued', 'grading', 'cancelled']);
  expect(faults).toEqual([]);
});

test('a submission cancelled while waiting is never graded', async () => {
  const submission = await submit();
  await cancelSubmission(storage.store.db, { id: submission.id, learnerId });
  const other = await submit('FROM other');
  const graded: string[] = [];
  await work(async ({ dockerfile }) => {
    graded.push(dockerfile);
    return report;
  });
  await ended(other);
  expect(graded).toEqual(['FROM other']);
});

test('a worker that shuts down hands back what it was grading, and that counts as no fault', async () => {
  const stopped = await work(async (_request, { signal }) => untilAborted(signal));
  const submission = await submit();
  for (let n = 0; n < limits.queue.deliveriesMax + 1; n += 1) {
    const worker = n === 0 ? stopped : await work(async (_request, { signal }) => untilAborted(signal));
    await vi.waitFor(() => expect(worker.running()).toBe(1), patiently);
    await worker.stop();
    expect(await findSubmission(storage.store.db, { id: submission.id, learnerId })).toMatchObject({ state: 'queued' });
  }
  await work(async () => report);
  expect(await ended(submission)).toMatchObject({ verdict: 'passed' });
  const restarts = (await readEvents(storage.store.db, submission.id, 0)).filter(
    ({ event }) => event.type === 'restarted',
  );
  expect(restarts).toHaveLength(limits.queue.deliveriesMax + 1);
  expect(faults).toEqual([]);
});

test('a submission that is taken while the worker shuts down is handed back at once', async () => {
  const grade = vi.fn<Grade>(async () => report);
  let stopped: Promise<void> | undefined;
  // Asked between taking the job and taking the submission.
  const worker = await work(grade, {
    waitFor: () => {
      stopped = worker.stop();
      return undefined;
    },
  });
  const submission = await submit();
  await vi.waitFor(() => expect(stopped).toBeDefined(), patiently);
  await stopped;
  expect(grade).not.toHaveBeenCalled();
  expect(await typesOf(submission)).toEqual(['queued', 'grading', 'queued']);
});

test('while its images are not ready a submission waits and lets others pass', async () => {
  let ready = false;
  const graded: string[] = [];
  await work(
    async ({ dockerfile }) => {
      graded.push(dockerfile);
      return report;
    },
    { waitFor: (exercise) => (exercise === 'one' && !ready ? 'node:20-slim is still being made ready.' : undefined) },
  );
  const waiting = await submit('FROM waiting');
  const passing = await submitSubmission(storage, {
    learnerId,
    files: { exercise: 'two', dockerfile: 'FROM passing' },
  });
  await ended(passing);
  await vi.waitFor(async () => expect(await typesOf(waiting)).toEqual(['queued', 'phase']), patiently);
  ready = true;
  await storage.store.db.execute(sql`update pgboss.job set start_after = now() where state = 'created'`);
  expect(await ended(waiting)).toMatchObject({ verdict: 'passed' });
  expect(graded).toEqual(['FROM passing', 'FROM waiting']);
});

test("a learner's second submission waits behind everybody's first", async () => {
  const other = (await createLearner(storage.store.db)).id;
  await submit('FROM a1');
  await submit('FROM a2');
  const last = await submit('FROM a3');
  await submit('FROM b1', other);
  const order: string[] = [];
  await work(async ({ dockerfile }) => {
    order.push(dockerfile.slice(5));
    return report;
  });
  await ended(last);
  expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
});

test('more than the allowed number in flight is refused with a sentence and leaves neither row nor job', async () => {
  const most = limits.api.submissionsInFlightPerLearner;
  const results = await Promise.allSettled(Array.from({ length: most + 3 }, () => submit()));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(most);
  const message = expect.stringContaining('Wait for one to finish or cancel it.');
  await expect(submit()).rejects.toMatchObject({ code: 'too_many', message });
  const { rows } = await storage.store.db.execute(
    sql`select (select count(*)::int from submissions) as submissions, (select count(*)::int from pgboss.job where name = ${queueNames.grade}) as jobs`,
  );
  expect(rows).toEqual([{ submissions: most, jobs: most }]);
});

test('a submission whose worker kept dying ends as grader_error instead of waiting for ever', async () => {
  const submission = await submit();
  await storage.store.db.execute(sql`update pgboss.job set retry_limit = 0`);
  const [job] = await storage.queue.boss.fetch(queueNames.grade);
  if (!job) throw new Error('no job');
  await storage.queue.boss.fail(queueNames.grade, job.id);
  await work(async () => report);
  expect(await ended(submission)).toMatchObject({
    verdict: 'grader_error',
    message: expect.stringContaining('does not count as an attempt'),
  });
});

test('a submission whose job was lost is put back into the queue, once', async () => {
  const submission = await submit();
  expect(await requeueOrphans(storage)).toBe(0);
  await storage.store.db.execute(sql`delete from pgboss.job`);
  const requeued = await Promise.all([requeueOrphans(storage), requeueOrphans(storage)]);
  expect(requeued.toSorted()).toEqual([0, 1]);
  await work(async () => report);
  expect(await ended(submission)).toMatchObject({ verdict: 'passed' });
});
