/** What learners and the API ask of submissions. The worker's writes are in `deliveries.ts`. */
import { randomUUID } from 'node:crypto';
import { and, count, desc, eq, gt, inArray, isNull, lt, max, ne, or, sql } from 'drizzle-orm';
import type { NewSubmission, Submission, SubmissionSummary } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import type { Database, Executor } from './database.ts';
import { insertEvents, notifyCancelled, notifyEvents } from './events.ts';
import { submissions } from './schema.ts';

export interface OwnSubmission {
  id: string;
  learnerId: string;
}

const unfinished = inArray(submissions.state, ['queued', 'grading']);
const minuteMs = 60_000;

type Row = typeof submissions.$inferSelect;
type SummaryRow = Pick<
  Row,
  'id' | 'exercise' | 'attempt' | 'state' | 'verdict' | 'message' | 'createdAt' | 'finishedAt'
>;

function toSummary(row: SummaryRow): SubmissionSummary {
  return {
    id: row.id,
    exercise: row.exercise,
    attempt: row.attempt,
    state: row.state,
    verdict: row.verdict ?? undefined,
    message: row.message ?? undefined,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString(),
  };
}

function toSubmission(row: Row): Submission {
  return {
    ...toSummary(row),
    dockerfile: row.dockerfile,
    dockerignore: row.dockerignore ?? undefined,
    report: row.report ?? undefined,
    lastEventSeq: row.lastEventSeq,
  };
}

/** What counts against a learner's limits. Call it with the learner's row locked. */
export async function countRecent(tx: Executor, learnerId: string): Promise<{ inFlight: number; lastMinute: number }> {
  const since = new Date(Date.now() - minuteMs);
  const [found] = await tx
    .select({
      inFlight: sql<number>`count(*) filter (where ${unfinished})`.mapWith(Number),
      lastMinute: sql<number>`count(*) filter (where ${gt(submissions.createdAt, since)})`.mapWith(Number),
    })
    .from(submissions)
    .where(and(eq(submissions.learnerId, learnerId), or(unfinished, gt(submissions.createdAt, since))));
  return found ?? { inFlight: 0, lastMinute: 0 };
}

/** The number of the next try: one that was cancelled or failed by our fault does not count. */
async function nextAttempt(tx: Executor, learnerId: string, exercise: string): Promise<number> {
  const counts = and(ne(submissions.state, 'cancelled'), sql`${submissions.verdict} is distinct from 'grader_error'`);
  const [found] = await tx
    .select({ last: max(submissions.attempt) })
    .from(submissions)
    .where(
      and(
        eq(submissions.learnerId, learnerId),
        eq(submissions.exercise, exercise),
        isNull(submissions.rebuildOf),
        counts,
      ),
    );
  return (found?.last ?? 0) + 1;
}

/** How many are to be graded before this one, plus one; undefined once it is no longer waiting. */
export async function queuePosition(db: Executor, id: string): Promise<number | undefined> {
  const [own] = await db
    .select()
    .from(submissions)
    .where(and(eq(submissions.id, id), eq(submissions.state, 'queued')));
  if (!own) return undefined;
  return (await countAhead(db, own)) + 1;
}

/** How many would be taken before one of this priority. */
export async function countAhead(db: Executor, own: Pick<Row, 'id' | 'priority' | 'createdAt'>): Promise<number> {
  const { id, priority, createdAt } = submissions;
  // Of two in the same millisecond one is first, whoever asks.
  const earlier = or(lt(createdAt, own.createdAt), and(eq(createdAt, own.createdAt), lt(id, own.id)));
  const before = or(gt(priority, own.priority), and(eq(priority, own.priority), earlier));
  const [found] = await db
    .select({ ahead: count() })
    .from(submissions)
    .where(and(eq(submissions.state, 'queued'), before));
  return found?.ahead ?? 0;
}

export interface CreateSubmission {
  learnerId: string;
  files: NewSubmission;
  /** Higher is graded sooner. */
  priority: number;
}

/** Call it with the learner's row locked, in the transaction that also enqueues. */
export async function createSubmission(
  tx: Executor,
  { learnerId, files, priority }: CreateSubmission,
): Promise<Submission> {
  const attempt = await nextAttempt(tx, learnerId, files.exercise);
  const [id, createdAt] = [randomUUID(), new Date()];
  const position = (await countAhead(tx, { id, priority, createdAt })) + 1;
  const [row] = await tx
    .insert(submissions)
    .values({
      id,
      learnerId,
      exercise: files.exercise,
      attempt,
      dockerfile: files.dockerfile,
      dockerignore: files.dockerignore,
      state: 'queued',
      priority,
      lastEventSeq: 1,
      createdAt,
    })
    .returning();
  if (!row) throw new Error('insert returned no row');
  await insertEvents(tx, row.id, { after: 0, events: [{ type: 'state', state: 'queued', queuePosition: position }] });
  return toSubmission(row);
}

/** Undefined for another learner's submission too: whether it exists is none of their business. */
export async function findSubmission(db: Executor, { id, learnerId }: OwnSubmission): Promise<Submission | undefined> {
  const [row] = await db
    .select()
    .from(submissions)
    .where(and(eq(submissions.id, id), eq(submissions.learnerId, learnerId)));
  return row && toSubmission(row);
}

/** The learner's own, newest first. */
export async function listSubmissions(
  db: Executor,
  own: { learnerId: string; exercise?: string },
): Promise<SubmissionSummary[]> {
  const { id, exercise, attempt, state, verdict, message, createdAt, finishedAt, report } = submissions;
  const figures = {
    points: sql<number | null>`(${report} -> 'score' ->> 'points')::integer`,
    sizeBytes: sql<number | null>`(${report} -> 'image' ->> 'sizeBytes')::double precision`,
    buildMs: sql<number | null>`(${report} -> 'build' ->> 'durationMs')::double precision`,
    rebuildSeconds: sql<number | null>`(${report} -> 'rebuilds' -> 0 ->> 'seconds')::double precision`,
  };
  const rows = await db
    .select({ id, exercise, attempt, state, verdict, message, createdAt, finishedAt, ...figures })
    .from(submissions)
    .where(
      and(
        eq(submissions.learnerId, own.learnerId),
        isNull(submissions.rebuildOf),
        own.exercise === undefined ? undefined : eq(submissions.exercise, own.exercise),
      ),
    )
    .orderBy(desc(submissions.createdAt), desc(submissions.attempt))
    .limit(limits.store.ownSubmissionsMax);
  return rows.map(({ points, sizeBytes, buildMs, rebuildSeconds, ...row }) => ({
    ...toSummary(row),
    points: points ?? undefined,
    sizeBytes: sizeBytes ?? undefined,
    buildMs: buildMs ?? undefined,
    rebuildSeconds: rebuildSeconds ?? undefined,
  }));
}

/** Whether one of the learner's own submissions passed. */
export async function hasPassed(db: Executor, own: { learnerId: string; exercise: string }): Promise<boolean> {
  const [row] = await db
    .select({ id: submissions.id })
    .from(submissions)
    .where(
      and(
        eq(submissions.learnerId, own.learnerId),
        eq(submissions.exercise, own.exercise),
        eq(submissions.verdict, 'passed'),
        // A rebuild of the cache lab that went well passed nothing.
        isNull(submissions.rebuildOf),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/**
 * Cancels a submission that is waiting or being graded; the worker that has it is told.
 * Returns it as it is afterwards: a finished one stays finished. Undefined when the learner has no such submission.
 */
export async function cancelSubmission(
  db: Database,
  { id, learnerId }: OwnSubmission,
): Promise<Submission | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(submissions)
      .set({ state: 'cancelled', finishedAt: new Date(), lastEventSeq: sql`${submissions.lastEventSeq} + 1` })
      .where(and(eq(submissions.id, id), eq(submissions.learnerId, learnerId), unfinished))
      .returning();
    if (!row) return findSubmission(tx, { id, learnerId });
    await insertEvents(tx, id, { after: row.lastEventSeq - 1, events: [{ type: 'cancelled' }] });
    await notifyEvents(tx, id);
    await notifyCancelled(tx, id);
    return toSubmission(row);
  });
}
