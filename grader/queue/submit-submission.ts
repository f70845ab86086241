/** Takes a submission in: checks the learner's limits, then stores and enqueues it in one transaction. */
import type { NewSubmission, Submission } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { lockLearner } from '../store/learners.ts';
import type { Store } from '../store/open-store.ts';
import { countRecent, createSubmission } from '../store/submissions.ts';
import type { JobQueue } from './job-queue.ts';

/** @throws StagecraftError `too_many` */
export function refuseTooMany({ inFlight, lastMinute }: { inFlight: number; lastMinute: number }): void {
  const { submissionsInFlightPerLearner, submissionsPerMinutePerLearner } = limits.api;
  if (inFlight >= submissionsInFlightPerLearner) {
    throw new StagecraftError(
      'too_many',
      `${inFlight} of your submissions are still being graded, and that is as many as there may be. Wait for one to finish or cancel it.`,
    );
  }
  if (lastMinute >= submissionsPerMinutePerLearner) {
    throw new StagecraftError(
      'too_many',
      `You sent ${lastMinute} submissions in the last minute, and that is as many as there may be. Wait a moment.`,
    );
  }
}

/**
 * Fair between learners: each of a learner's further submissions waits behind everybody's first.
 * @throws StagecraftError `too_many`
 */
export async function submitSubmission(
  { store, queue }: { store: Store; queue: JobQueue },
  { learnerId, files }: { learnerId: string; files: NewSubmission },
): Promise<Submission> {
  return store.db.transaction(async (tx) => {
    await lockLearner(tx, learnerId);
    const recent = await countRecent(tx, learnerId);
    refuseTooMany(recent);
    const priority = -recent.inFlight;
    const submission = await createSubmission(tx, { learnerId, files, priority });
    await queue.enqueue(tx, { submission: submission.id, exercise: submission.exercise, base: 0, faults: 0, priority });
    return submission;
  });
}
