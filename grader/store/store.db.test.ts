import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import type { SubmissionEvent } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import type { ProgressTask } from '../progress.ts';
import {
  abandonSubmission,
  appendEvents,
  claimSubmission,
  finishSubmission,
  giveBackSubmission,
  noteWaiting,
  stillHeld,
} from './deliveries.ts';
import { followEvents, readEvents } from './events.ts';
import { createLearner, findLearner } from './learners.ts';
import { migrateDatabase } from './migrate.ts';
import { openStore } from './open-store.ts';
import { submissions } from './schema.ts';
import {
  cancelSubmission,
  countRecent,
  createSubmission,
  findSubmission,
  listSubmissions,
  queuePosition,
} from './submissions.ts';
import { patiently, testReport as report, testStore } from './testing.ts';

const storage = testStore();
let learnerId: string;

beforeEach(async () => {
  learnerId = (await createLearner(storage.store.db)).id;
});

const log = (text: string): SubmissionEvent => ({ type: 'log', lines: [{ text, stream: 'stdout' }] });

/** Each in a millisecond of its own, so that one is the earlier. */
async function create(exercise = 'one', priority = 0) {
  const files = { exercise, dockerfile: 'FROM scratch' };
  const created = await createSubmission(storage.store.db, { learnerId, files, priority });
  await vi.waitUntil(() => Date.now() > Date.parse(created.createdAt), { interval: 1 });
  return created;
}

async function claim(id: string, delivery = 1) {
  const claimed = await claimSubmission(storage.store.db, { id, delivery });
  if (!claimed) throw new Error('nothing to claim');
  return claimed.held;
}

test('six processes may migrate one empty database at the same time', async () => {
  const connection = await storage.postgres.createDatabase({ empty: true });
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => migrateDatabase(connection)));
  expect(results.map((result) => result.status)).toEqual(Array(6).fill('fulfilled'));
});

test('a learner is found by their token, of which only a hash is stored', async () => {
  const { id, token } = await createLearner(storage.store.db);
  expect(await findLearner(storage.store.db, token)).toEqual({ id });
  expect(await findLearner(storage.store.db, `${token}x`)).toBeUndefined();
  const { rows } = await storage.store.db.execute(sql`select * from learners`);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test('attempts are numbered per exercise, and a cancelled one gives its number back', async () => {
  expect((await create()).attempt).toBe(1);
  const second = await create();
  expect(second.attempt).toBe(2);
  await cancelSubmission(storage.store.db, { id: second.id, learnerId });
  expect((await create()).attempt).toBe(2);
  expect((await create('two')).attempt).toBe(1);
});

test('a grader error costs no attempt', async () => {
  const { id } = await create();
  await finishSubmission(storage.store.db, await claim(id), { graderError: 'The engine went away.' });
  expect((await create()).attempt).toBe(1);
  expect(await findSubmission(storage.store.db, { id, learnerId })).toMatchObject({
    verdict: 'grader_error',
    message: 'The engine went away.',
  });
});

test("another learner's submission is not found", async () => {
  const { id } = await create();
  const other = await createLearner(storage.store.db);
  expect(await findSubmission(storage.store.db, { id, learnerId: other.id })).toBeUndefined();
  expect(await cancelSubmission(storage.store.db, { id, learnerId: other.id })).toBeUndefined();
  expect(await listSubmissions(storage.store.db, { learnerId: other.id })).toEqual([]);
});

test('the own submissions come newest first and without their files', async () => {
  const first = await create();
  const second = await create();
  await create('two');
  const list = await listSubmissions(storage.store.db, { learnerId, exercise: 'one' });
  expect(list.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(list[0]).not.toHaveProperty('dockerfile');
});

test('the place in the queue counts higher priorities and earlier ones of the same', async () => {
  const late = await create('one', -1);
  const first = await create('one', 0);
  const second = await create('one', 0);
  expect(await Promise.all([first, second, late].map(({ id }) => queuePosition(storage.store.db, id)))).toEqual([
    1, 2, 3,
  ]);
  await claim(first.id);
  expect(await Promise.all([first, second, late].map(({ id }) => queuePosition(storage.store.db, id)))).toEqual([
    undefined,
    1,
    2,
  ]);
});

test('of two that came in the same millisecond one has the place before the other', async () => {
  const both = [await create(), await create()];
  await storage.store.db.update(submissions).set({ createdAt: new Date() });
  const positions = await Promise.all(both.map(({ id }) => queuePosition(storage.store.db, id)));
  expect(positions.toSorted()).toEqual([1, 2]);
});

test('what is in flight is counted until it ends', async () => {
  const { id } = await create();
  await create();
  expect(await countRecent(storage.store.db, learnerId)).toEqual({ inFlight: 2, lastMinute: 2 });
  await finishSubmission(storage.store.db, await claim(id), { report });
  expect(await countRecent(storage.store.db, learnerId)).toEqual({ inFlight: 1, lastMinute: 2 });
});

test('a worker whose submission was given to another can write nothing more', async () => {
  const { id } = await create();
  const sleeper = await claim(id, 1);
  const successor = await claim(id, 2);
  expect(await appendEvents(storage.store.db, sleeper, [log('from the dead')])).toBe(false);
  expect(await finishSubmission(storage.store.db, sleeper, { report })).toBe(false);
  expect(await giveBackSubmission(storage.store.db, sleeper, { reason: 'x' })).toBe(false);
  expect(await finishSubmission(storage.store.db, successor, { report })).toBe(true);
  const types = (await readEvents(storage.store.db, id, 0)).map(({ event }) => event.type);
  expect(types).toEqual(['state', 'state', 'restarted', 'state', 'finished']);
});

test('an old delivery that wakes late can not take a submission from a newer one', async () => {
  const { id } = await create();
  await claim(id, 2);
  expect(await claimSubmission(storage.store.db, { id, delivery: 1 })).toBeUndefined();
});

test('a write whose answer was lost may be repeated and lands once', async () => {
  const { id } = await create();
  const held = await claim(id);
  const before = { ...held };
  expect(await appendEvents(storage.store.db, held, [log('a'), log('b')])).toBe(true);
  expect(await appendEvents(storage.store.db, before, [log('a'), log('b')])).toBe(true);
  expect(before.lastSeq).toBe(held.lastSeq);
  expect(await finishSubmission(storage.store.db, held, { report })).toBe(true);
  expect(await finishSubmission(storage.store.db, held, { report })).toBe(true);
  expect((await readEvents(storage.store.db, id, 0)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

test('a finished submission can be neither claimed nor cancelled nor abandoned', async () => {
  const { id } = await create();
  await finishSubmission(storage.store.db, await claim(id), { report });
  expect(await claimSubmission(storage.store.db, { id, delivery: 9 })).toBeUndefined();
  await abandonSubmission(storage.store.db, id, 'gave up');
  expect(await cancelSubmission(storage.store.db, { id, learnerId })).toMatchObject({
    state: 'finished',
    verdict: 'passed',
  });
});

test('a cancelled submission is no longer held', async () => {
  const { id } = await create();
  const held = await claim(id);
  expect(await stillHeld(storage.store.db, [held])).toEqual(new Set([id]));
  await cancelSubmission(storage.store.db, { id, learnerId });
  expect(await stillHeld(storage.store.db, [held])).toEqual(new Set());
  expect(await finishSubmission(storage.store.db, held, { report })).toBe(false);
});

test('what it waits for is told once per reason', async () => {
  const { id } = await create();
  for (const detail of ['image a', 'image a', 'image b']) await noteWaiting(storage.store.db, id, detail);
  const details = (await readEvents(storage.store.db, id, 1)).map(({ event }) =>
    event.type === 'phase' ? event.detail : event.type,
  );
  expect(details).toEqual(['image a', 'image b']);
});

test('bytes that PostgreSQL can not hold are replaced, not refused', async () => {
  const { id } = await create();
  await appendEvents(storage.store.db, await claim(id), [log('nul \0 and lone \ud800 surrogate')]);
  const [last] = (await readEvents(storage.store.db, id, 2)).slice(-1);
  expect(last?.event).toEqual(log('nul \ufffd and lone \ufffd surrogate'));
});

async function collect(id: string, after: number, signal = new AbortController().signal) {
  const seqs: number[] = [];
  for await (const stored of followEvents({
    db: storage.store.db,
    notifications: storage.store.notifications,
    id,
    after,
    signal,
  })) {
    if (stored) seqs.push(stored.seq);
  }
  return seqs;
}

test('followers get every event once and in order, however late they come', async () => {
  const { id } = await create();
  const early = collect(id, 0);
  const held = await claim(id);
  for (let n = 0; n < 20; n += 1) await appendEvents(storage.store.db, held, [log(`${n}a`), log(`${n}b`)]);
  const middle = collect(id, 11);
  await finishSubmission(storage.store.db, held, { report });
  const all = Array.from({ length: 43 }, (_, index) => index + 1);
  expect(await early).toEqual(all);
  expect(await middle).toEqual(all.slice(11));
  expect(await collect(id, 0)).toEqual(all);
  expect(await collect(id, 43)).toEqual([]);
});

test('following a submission that does not exist ends at once', async () => {
  expect(await collect(randomUUID(), 0)).toEqual([]);
});

test('a follower is not deaf after its connection broke', async () => {
  const { id } = await create();
  const following = collect(id, 1);
  await storage.store.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'stagecraft-notifications' and datname = current_database()`,
  );
  const held = await claim(id);
  await finishSubmission(storage.store.db, held, { report });
  expect(await following).toEqual([2, 3]);
});

test('a follower can be stopped', async () => {
  const { id } = await create();
  const stop = new AbortController();
  const following = collect(id, 0, stop.signal);
  stop.abort();
  expect(await following).toEqual([]);
});

const external = (databaseUrl: string, progress: (task: ProgressTask) => void = () => {}) =>
  openStore({ settings: { homeDir: '/nonexistent', cacheDir: '/nonexistent', databaseUrl }, progress });

test("an operator's own PostgreSQL is used as it is, and left running", async () => {
  const { database, host } = await storage.postgres.createDatabase({ empty: true });
  const states: string[] = [];
  const own = await external(
    `postgres://stagecraft@localhost/${database}?host=${encodeURIComponent(String(host))}`,
    ({ state }) => states.push(state),
  );
  expect(await own.check()).toBeUndefined();
  await own.close();
  expect(await storage.store.check()).toBeUndefined();
  expect(await own.check()).toBeInstanceOf(Error);
  expect(states).toEqual(['running', 'ready']);
});

test('a DATABASE_URL that leads nowhere is one sentence, without its password', async () => {
  const tasks: ProgressTask[] = [];
  const opening = external('postgres://me:geheim@127.0.0.1:1/stagecraft', (task) => tasks.push(task));
  await expect(opening).rejects.toThrow(
    /The PostgreSQL that DATABASE_URL names \(127\.0\.0\.1:1\/stagecraft\) could not be used: connect ECONNREFUSED/,
  );
  expect(tasks.at(-1)).toMatchObject({ id: 'database', state: 'failed' });
  expect(JSON.stringify(tasks)).not.toContain('geheim');
});

test('a connection that breaks in mid-transaction fails that transaction and nothing else', async () => {
  const { db } = storage.store;
  const broken = db.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`select pg_backend_pid() as pid`);
    await db.execute(sql`select pg_terminate_backend(${rows[0]?.pid})`);
    // The connection hears of its end while no query runs that could be told.
    await vi.waitUntil(async () => {
      const { rows: left } = await db.execute(sql`select from pg_stat_activity where pid = ${rows[0]?.pid}`);
      return left.length === 0;
    }, patiently);
    await setTimeout(50);
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  expect(await create()).toMatchObject({ attempt: 1 });
});

test('a process that stops in mid-transaction does not keep its locks for ever', async () => {
  const { rows } = await storage.store.db.execute(sql`show idle_in_transaction_session_timeout`);
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: `${limits.store.idleInTransactionMs / 1000}s` }]);
});
