/**
 * A submission that waits although no job says so: there should be none, but whoever restores a backup or empties the
 * queue by hand must not lose a learner's work.
 */
import { sql } from 'drizzle-orm';
import type { Store } from '../store/open-store.ts';
import { submissions } from '../store/schema.ts';
import { type JobQueue, queueNames } from './job-queue.ts';

/** Any number, the same in every version; not the migrations'. */
const lockKey = 7_236_402;

/** Returns how many were put back into the queue. */
export async function requeueOrphans({ store, queue }: { store: Store; queue: JobQueue }): Promise<number> {
  return store.db.transaction(async (tx) => {
    // One process at a time: two jobs for one submission would share a delivery number.
    const { rows } = await tx.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${lockKey}) as mine`);
    if (!rows[0]?.mine) return 0;
    const names = sql.join(
      Object.values(queueNames).map((name) => sql`${name}`),
      sql`, `,
    );
    const hasJob = sql`exists (select 1 from pgboss.job where name in (${names}) and state < 'completed' and data->>'submission' = ${submissions.id}::text)`;
    const orphans = await tx
      .select({
        submission: submissions.id,
        exercise: submissions.exercise,
        base: submissions.delivery,
        priority: submissions.priority,
      })
      .from(submissions)
      .where(sql`${submissions.state} in ('queued', 'grading') and not ${hasJob}`);
    for (const orphan of orphans) await queue.enqueue(tx, { ...orphan, faults: 0 });
    return orphans.length;
  });
}
