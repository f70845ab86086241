/** Learners are anonymous: a random token in a signed cookie, of which only the hash is kept. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Executor } from './database.ts';
import { learners } from './schema.ts';

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** A new learner and the only copy of their token. */
export async function createLearner(db: Executor): Promise<{ id: string; token: string }> {
  const token = randomBytes(32).toString('base64url');
  const id = randomUUID();
  await db.insert(learners).values({ id, tokenHash: hashOf(token) });
  return { id, token };
}

export async function findLearner(db: Executor, token: string): Promise<{ id: string } | undefined> {
  const [found] = await db
    .select({ id: learners.id })
    .from(learners)
    .where(eq(learners.tokenHash, hashOf(token)));
  return found;
}

/** Holds the learner's row until the transaction ends, so that their limits are counted one request at a time. */
export async function lockLearner(tx: Executor, id: string): Promise<void> {
  await tx.select({ id: learners.id }).from(learners).where(eq(learners.id, id)).for('update');
}
