/**
 * The writes of the worker that grades a submission.
 *
 * A worker that was stopped and wakes up does not know that its submission was given to another. So every write is
 * fenced: it only lands while the row is `grading` under the same delivery and nothing was written in between. Each
 * also knows its own earlier success, so that it may be repeated when the answer got lost with the connection.
 */
import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import type { RebuildResult } from '../contract/rebuild.ts';
import type { Report } from '../contract/report.ts';
import type { SubmissionEvent, SubmissionState } from '../contract/submission.ts';
import type { Database, Executor, Transaction } from './database.ts';
import { insertEvents, notifyEvents } from './events.ts';
import { type StoredRebuild, submissions } from './schema.ts';
import { storable } from './storable.ts';

/** What a worker holds between claiming a submission and finishing it or giving it back. */
export interface Held {
  readonly id: string;
  readonly delivery: number;
  /** Seq of the newest event; moves with every write that landed. */
  lastSeq: number;
}

export interface Claimed {
  held: Held;
  learnerId: string;
  exercise: string;
  dockerfile: string;
  dockerignore: string | undefined;
  /** A rebuild of the cache lab, and not to be graded. */
  rebuild: StoredRebuild | undefined;
}

function toClaimed(row: typeof submissions.$inferSelect): Claimed {
  return {
    held: { id: row.id, delivery: row.delivery, lastSeq: row.lastEventSeq },
    learnerId: row.learnerId,
    exercise: row.exercise,
    dockerfile: row.dockerfile,
    dockerignore: row.dockerignore ?? undefined,
    rebuild: row.rebuild ?? undefined,
  };
}

const workerStopped = 'The worker that was grading this stopped, so another one starts over.';

/**
 * Takes a submission for a delivery. Undefined when there is nothing to do: it ended, was cancelled, or a newer
 * delivery has it.
 */
export async function claimSubmission(
  db: Database,
  claim: { id: string; delivery: number },
): Promise<Claimed | undefined> {
  return db.transaction(async (tx) => {
    const open = and(
      eq(submissions.id, claim.id),
      inArray(submissions.state, ['queued', 'grading']),
      lte(submissions.delivery, claim.delivery),
    );
    const [row] = await tx.select().from(submissions).where(open).for('update');
    if (!row) return undefined;
    // We claimed it before, and the answer got lost with the connection.
    if (row.delivery === claim.delivery) return row.state === 'grading' ? toClaimed(row) : undefined;
    const events: SubmissionEvent[] = [{ type: 'state', state: 'grading' }];
    if (row.delivery > 0) events.unshift({ type: 'restarted', reason: row.restartReason ?? workerStopped });
    const lastSeq = row.lastEventSeq + events.length;
    await tx
      .update(submissions)
      .set({ state: 'grading', delivery: claim.delivery, restartReason: null, waitingFor: null, lastEventSeq: lastSeq })
      .where(eq(submissions.id, row.id));
    await insertEvents(tx, row.id, { after: row.lastEventSeq, events });
    await notifyEvents(tx, row.id);
    return toClaimed({ ...row, delivery: claim.delivery, lastEventSeq: lastSeq });
  });
}

interface Advance {
  state: SubmissionState;
  events: SubmissionEvent[];
  set?: Partial<typeof submissions.$inferInsert>;
}

async function alreadyLanded(tx: Executor, held: Held, { state, events }: Advance): Promise<boolean> {
  const [row] = await tx.select().from(submissions).where(eq(submissions.id, held.id));
  return row?.state === state && row.delivery === held.delivery && row.lastEventSeq === held.lastSeq + events.length;
}

/** The fenced write all others are made of. Does not move `held`: the transaction may still fail. */
async function advance(tx: Executor, held: Held, step: Advance): Promise<'landed' | 'landed before' | 'lost'> {
  const fence = and(
    eq(submissions.id, held.id),
    eq(submissions.delivery, held.delivery),
    eq(submissions.state, 'grading'),
    eq(submissions.lastEventSeq, held.lastSeq),
  );
  const updated = await tx
    .update(submissions)
    .set({ ...step.set, state: step.state, lastEventSeq: held.lastSeq + step.events.length })
    .where(fence)
    .returning({ id: submissions.id });
  if (updated.length === 0) return (await alreadyLanded(tx, held, step)) ? 'landed before' : 'lost';
  await insertEvents(tx, held.id, { after: held.lastSeq, events: step.events });
  await notifyEvents(tx, held.id);
  return 'landed';
}

/** Adds events in one transaction. False: the submission is no longer ours, stop. */
export async function appendEvents(db: Database, held: Held, events: SubmissionEvent[]): Promise<boolean> {
  const result = await db.transaction((tx) => advance(tx, held, { state: 'grading', events }));
  if (result === 'lost') return false;
  held.lastSeq += events.length;
  return true;
}

export type Outcome =
  | { report: Report }
  | { rebuild: StoredRebuild & { result: RebuildResult } }
  | { graderError: string };

/** Ends a submission with its verdict, once. False: it is no longer ours and nothing was written. */
export async function finishSubmission(db: Database, held: Held, outcome: Outcome): Promise<boolean> {
  const ending = endingOf(outcome);
  const result = await db.transaction((tx) =>
    advance(tx, held, { state: 'finished', events: [ending.event], set: { ...ending.set, finishedAt: new Date() } }),
  );
  return result !== 'lost';
}

function endingOf(outcome: Outcome): { event: SubmissionEvent; set: Partial<typeof submissions.$inferInsert> } {
  if ('report' in outcome) {
    const report = storable(outcome.report);
    return { event: { type: 'finished', verdict: report.verdict }, set: { verdict: report.verdict, report } };
  }
  if ('rebuild' in outcome) {
    const rebuild = storable(outcome.rebuild);
    const verdict = rebuild.result.ok ? 'passed' : 'build_failed';
    return { event: { type: 'finished', verdict }, set: { verdict, rebuild } };
  }
  const message = outcome.graderError;
  return { event: { type: 'finished', verdict: 'grader_error', message }, set: { verdict: 'grader_error', message } };
}

/**
 * Gives a submission back to the queue; `alongside` runs in the same transaction (it enqueues).
 * False: it is no longer ours, and `alongside` did not run.
 */
export async function giveBackSubmission(
  db: Database,
  held: Held,
  how: { reason: string; alongside?: (tx: Transaction) => Promise<void> },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const events: SubmissionEvent[] = [{ type: 'state', state: 'queued' }];
    const result = await advance(tx, held, { state: 'queued', events, set: { restartReason: how.reason } });
    if (result === 'landed') await how.alongside?.(tx);
    return result !== 'lost';
  });
}

/** Ends a submission that nobody holds any more as our fault, unless it ended by itself. */
export async function abandonSubmission(db: Database, id: string, graderError: string): Promise<void> {
  await db.transaction(async (tx) => {
    const open = and(eq(submissions.id, id), inArray(submissions.state, ['queued', 'grading']));
    const [row] = await tx.select().from(submissions).where(open).for('update');
    if (!row) return;
    const { event, set } = endingOf({ graderError });
    await tx
      .update(submissions)
      .set({ ...set, state: 'finished', finishedAt: new Date(), lastEventSeq: row.lastEventSeq + 1 })
      .where(eq(submissions.id, id));
    await insertEvents(tx, id, { after: row.lastEventSeq, events: [event] });
    await notifyEvents(tx, id);
  });
}

/** Which of these are still held, by id. */
export async function stillHeld(db: Database, held: Held[]): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const ids = held.map(({ id }) => id);
  const rows = await db
    .select({ id: submissions.id, delivery: submissions.delivery })
    .from(submissions)
    .where(and(inArray(submissions.id, ids), eq(submissions.state, 'grading')));
  const deliveries = new Map(rows.map((row) => [row.id, row.delivery]));
  return new Set(held.filter(({ id, delivery }) => deliveries.get(id) === delivery).map(({ id }) => id));
}

/** Tells the learner of a waiting submission what it waits for, once per reason. */
export async function noteWaiting(tx: Executor, id: string, detail: string): Promise<void> {
  const [row] = await tx
    .update(submissions)
    .set({ waitingFor: detail, lastEventSeq: sql`${submissions.lastEventSeq} + 1` })
    .where(
      and(
        eq(submissions.id, id),
        eq(submissions.state, 'queued'),
        sql`${submissions.waitingFor} is distinct from ${detail}`,
      ),
    )
    .returning({ lastSeq: submissions.lastEventSeq });
  if (!row) return;
  await insertEvents(tx, id, { after: row.lastSeq - 1, events: [{ type: 'phase', phase: 'prepare', detail }] });
  await notifyEvents(tx, id);
}
