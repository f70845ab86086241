import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Report } from '../contract/report.ts';
import { limits } from '../limits.ts';
import { readEvents } from '../store/events.ts';
import { createLearner } from '../store/learners.ts';
import type { Store } from '../store/open-store.ts';
import { findSubmission } from '../store/submissions.ts';
import { startTestPostgres, type TestPostgres } from '../store/testing.ts';
import { type JobQueue, openJobQueue } from './job-queue.ts';
import { submitSubmission } from './submit-submission.ts';
import { startWorker, type Worker } from './worker.ts';

let postgres: TestPostgres;
let store: Store;
let queue: JobQueue;
let child: ChildProcess;
let survivor: Worker | undefined;
const told: string[] = [];
const faults: unknown[] = [];
const log = (_where: string, error: unknown) => `log-${faults.push(error)}`;

beforeAll(async () => {
  postgres = await startTestPostgres();
  store = await postgres.openStore();
  queue = await openJobQueue({ store, log });
});
afterAll(async () => {
  await queue?.close();
  await postgres?.stop();
});
beforeEach(async () => {
  told.length = 0;
  await postgres.empty(store);
  child = fork(join(import.meta.dirname, 'testing-worker.ts'), [JSON.stringify(store.connection)]);
  child.on('message', (message) => told.push(String(message)));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await survivor?.stop();
});

const report: Report = {
  verdict: 'passed',
  checks: [],
  build: { ok: true, durationMs: 1, findings: [], vertexes: [] },
  stages: [],
  catalogue: { source: 'stand-in' },
};

/** A submission that the child is in the middle of. */
async function inTheMiddle() {
  const { id: learnerId } = await createLearner(store.db);
  const { id } = await submitSubmission(
    { store, queue },
    { learnerId, files: { exercise: 'one', dockerfile: 'FROM scratch' } },
  );
  await vi.waitFor(() => expect(told).toContain('grading'), { timeout: 15_000 });
  await vi.waitFor(async () => expect((await readEvents(store.db, id, 0)).length).toBeGreaterThan(3), {
    timeout: 5_000,
  });
  return { id, learnerId };
}

/** Instead of waiting for the lease to run out and for the delay after it. */
async function letTheLeaseRunOut(): Promise<void> {
  const seconds = limits.queue.heartbeatSeconds + 1;
  await store.db.execute(
    sql`update pgboss.job set heartbeat_on = heartbeat_on - make_interval(secs => ${seconds}) where state = 'active'`,
  );
  await vi.waitFor(
    async () => {
      const { rowCount } = await store.db.execute(sql`update pgboss.job set start_after = now() where state = 'retry'`);
      expect(rowCount).toBe(1);
    },
    { timeout: 10_000, interval: 50 },
  );
}

async function gradedByTheSurvivor(own: { id: string; learnerId: string }) {
  const grade = vi.fn(async () => report);
  survivor = await startWorker({ store, queue, grade, log, concurrency: 1 });
  await vi.waitFor(
    async () =>
      expect(await findSubmission(store.db, own)).toMatchObject({ state: 'finished', verdict: 'passed', attempt: 1 }),
    {
      timeout: 10_000,
      interval: 50,
    },
  );
  expect(grade).toHaveBeenCalledTimes(1);
}

async function expectOneEnding(id: string): Promise<void> {
  const events = await readEvents(store.db, id, 0);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const types = events.map(({ event }) => event.type);
  expect(types.slice(types.indexOf('restarted'))).toEqual(['restarted', 'state', 'finished']);
  expect(types.filter((type) => type === 'finished')).toHaveLength(1);
}

test('what a killed worker was grading is graded by another, once', async () => {
  const own = await inTheMiddle();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await letTheLeaseRunOut();
  await gradedByTheSurvivor(own);
  await expectOneEnding(own.id);
});

test('a worker that slept through its lease can add nothing when it wakes, and stops', async () => {
  const own = await inTheMiddle();
  child.kill('SIGSTOP');
  await letTheLeaseRunOut();
  await gradedByTheSurvivor(own);
  child.kill('SIGCONT');
  await vi.waitFor(() => expect(told).toContain('stopped'), { timeout: 10_000 });
  await expectOneEnding(own.id);
});
