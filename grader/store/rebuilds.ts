/**
 * Rebuilds of the cache lab. Each is a row of `submissions` that names the one it builds again, so that queue, events,
 * limits and cancelling are the same for both; what learners read as their submissions leaves them out.
 */
import { randomUUID } from 'node:crypto';
import { and, desc, eq, inArray, isNotNull } from 'drizzle-orm';
import type { NewRebuild, Rebuild } from '../contract/rebuild.ts';
import type { Submission } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import type { Executor } from './database.ts';
import { insertEvents } from './events.ts';
import { submissions } from './schema.ts';
import { countAhead, type OwnSubmission } from './submissions.ts';

type Row = typeof submissions.$inferSelect;

function toRebuild(row: Row): Rebuild {
  return {
    id: row.id,
    submission: row.rebuildOf ?? '',
    state: row.state,
    edit: row.rebuild?.edit ?? '',
    predicted: row.rebuild?.predicted ?? [],
    result: row.rebuild?.result,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString(),
    message: row.message ?? undefined,
  };
}

export interface CreateRebuild {
  learnerId: string;
  /** What is built again. */
  of: Submission;
  request: NewRebuild;
  priority: number;
}

/** Call it with the learner's row locked, in the transaction that also enqueues. Forgets the oldest of too many. */
export async function createRebuild(
  tx: Executor,
  { learnerId, of, request, priority }: CreateRebuild,
): Promise<Rebuild> {
  const [id, createdAt] = [randomUUID(), new Date()];
  const position = (await countAhead(tx, { id, priority, createdAt })) + 1;
  const { exercise, attempt, dockerfile, dockerignore } = of;
  const [row] = await tx
    .insert(submissions)
    .values({
      ...{ id, learnerId, exercise, attempt, dockerfile, dockerignore, priority, createdAt },
      ...{ state: 'queued' as const, lastEventSeq: 1, rebuildOf: of.id, rebuild: request },
    })
    .returning();
  if (!row) throw new Error('insert returned no row');
  await insertEvents(tx, row.id, { after: 0, events: [{ type: 'state', state: 'queued', queuePosition: position }] });
  await forgetOldest(tx, of.id);
  return toRebuild(row);
}

async function forgetOldest(tx: Executor, of: string): Promise<void> {
  const rows = await tx
    .select({ id: submissions.id, state: submissions.state })
    .from(submissions)
    .where(eq(submissions.rebuildOf, of))
    .orderBy(desc(submissions.createdAt))
    .offset(limits.api.rebuildsKeptPerSubmission);
  const ended = rows.filter(({ state }) => state === 'finished' || state === 'cancelled').map(({ id }) => id);
  if (ended.length > 0) await tx.delete(submissions).where(inArray(submissions.id, ended));
}

/** Of one submission of the learner's own, newest first. */
export async function listRebuilds(db: Executor, { id, learnerId }: OwnSubmission): Promise<Rebuild[]> {
  const rows = await db
    .select()
    .from(submissions)
    .where(and(eq(submissions.rebuildOf, id), eq(submissions.learnerId, learnerId), isNotNull(submissions.rebuild)))
    .orderBy(desc(submissions.createdAt));
  return rows.map(toRebuild);
}
