import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../limits.ts';
import { readEvents } from '../store/events.ts';
import { createLearner } from '../store/learners.ts';
import { findSubmission } from '../store/submissions.ts';
import { patiently, testReport as report } from '../store/testing.ts';
import { submitSubmission } from './submit-submission.ts';
import { testStorage } from './testing-storage.ts';

const storage = testStorage();
const { work } = storage;
let child: ChildProcess;
const told: string[] = [];

beforeEach(async () => {
  told.length = 0;
  child = fork(join(import.meta.dirname, 'testing-worker.ts'), [JSON.stringify(storage.store.connection)]);
  child.on('message', (message) => told.push(String(message)));
});
afterEach(async () => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
});

/** A submission that the child is in the middle of. */
async function inTheMiddle() {
  const { id: learnerId } = await createLearner(storage.store.db);
  const { id } = await submitSubmission(storage, { learnerId, files: { exercise: 'one', dockerfile: 'FROM scratch' } });
  await vi.waitFor(() => expect(told).toContain('grading'), patiently);
  await vi.waitFor(
    async () => expect((await readEvents(storage.store.db, id, 0)).length).toBeGreaterThan(3),
    patiently,
  );
  return { id, learnerId };
}

/** Not in a transaction: what it has locked there would stay locked. */
async function fallAsleep(): Promise<void> {
  const inTransaction = sql`select 1 from pg_stat_activity where state like 'idle in transaction%'`;
  for (;;) {
    child.kill('SIGSTOP');
    await wait(50);
    if ((await storage.store.db.execute(inTransaction)).rowCount === 0) return;
    child.kill('SIGCONT');
    await wait(10);
  }
}

/** Instead of waiting for the lease to run out and for the delay after it. */
async function letTheLeaseRunOut(): Promise<void> {
  const seconds = limits.queue.heartbeatSeconds + 1;
  await storage.store.db.execute(
    sql`update pgboss.job set heartbeat_on = heartbeat_on - make_interval(secs => ${seconds}) where state = 'active'`,
  );
  await vi.waitFor(async () => {
    const { rowCount } = await storage.store.db.execute(
      sql`update pgboss.job set start_after = now() where state = 'retry'`,
    );
    expect(rowCount).toBe(1);
  }, patiently);
}

async function gradedByTheSurvivor(own: { id: string; learnerId: string }) {
  const grade = vi.fn(async () => report);
  await work(grade);
  await vi.waitFor(
    async () =>
      expect(await findSubmission(storage.store.db, own)).toMatchObject({
        state: 'finished',
        verdict: 'passed',
        attempt: 1,
      }),
    patiently,
  );
  expect(grade).toHaveBeenCalledTimes(1);
}

async function expectOneEnding(id: string): Promise<void> {
  const events = await readEvents(storage.store.db, id, 0);
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
  await fallAsleep();
  await letTheLeaseRunOut();
  await gradedByTheSurvivor(own);
  child.kill('SIGCONT');
  await vi.waitFor(() => expect(told).toContain('stopped'), patiently);
  await expectOneEnding(own.id);
});
