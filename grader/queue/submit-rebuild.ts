/** Takes a rebuild in, as a submission is taken in: the same limits, the same line, one transaction. */
import type { NewRebuild, Rebuild } from '../contract/rebuild.ts';
import type { Submission } from '../contract/submission.ts';
import { lockLearner } from '../store/learners.ts';
import type { Store } from '../store/open-store.ts';
import { createRebuild } from '../store/rebuilds.ts';
import { countRecent } from '../store/submissions.ts';
import type { JobQueue } from './job-queue.ts';
import { refuseTooMany } from './submit-submission.ts';

export interface SubmitRebuild {
  learnerId: string;
  of: Submission;
  request: NewRebuild;
}

/** @throws StagecraftError `too_many` */
export async function submitRebuild(
  { store, queue }: { store: Store; queue: JobQueue },
  { learnerId, of, request }: SubmitRebuild,
): Promise<Rebuild> {
  return store.db.transaction(async (tx) => {
    await lockLearner(tx, learnerId);
    const recent = await countRecent(tx, learnerId);
    refuseTooMany(recent);
    const priority = -recent.inFlight;
    const rebuild = await createRebuild(tx, { learnerId, of, request, priority });
    await queue.enqueue(tx, { submission: rebuild.id, exercise: of.exercise, base: 0, faults: 0, priority });
    return rebuild;
  });
}
