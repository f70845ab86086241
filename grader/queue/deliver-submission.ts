/**
 * One delivery of one submission, from taking it to its verdict.
 *
 * Every way out is here: a verdict, our own fault (tried again, at last `grader_error`), cancelled by its learner,
 * taken by another worker, or handed back because this process is shutting down.
 */
import type { SubmissionEvent } from '../contract/submission.ts';
import { StagecraftError, sentenceFor } from '../errors.ts';
import type { FaultLog } from '../fault-log.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import type { Rebuild } from '../rebuild-submission.ts';
import {
  type Claimed,
  claimSubmission,
  finishSubmission,
  giveBackSubmission,
  type Held,
  noteWaiting,
  type Outcome,
} from '../store/deliveries.ts';
import { throughOutages } from '../store/fault.ts';
import { keepLayerFiles, type LayerToKeep } from '../store/layer-files.ts';
import type { Store } from '../store/open-store.ts';
import { EventWriter } from './event-writer.ts';
import { deliveryOf, faultsOf, type GradeJob, type JobQueue } from './job-queue.ts';

export interface DeliveryContext {
  store: Store;
  queue: JobQueue;
  grade: Grade;
  /** Absent where nothing is built again, as in most tests. */
  rebuild?: Rebuild | undefined;
  log: FaultLog;
  /** A sentence while what an exercise needs is still being made ready: its submissions wait without taking a slot. */
  waitFor?: (exercise: string) => string | undefined;
  /** Lets the worker find what is running here; the returned function ends that. */
  track: (running: Running) => () => void;
}

export interface Running {
  job: GradeJob;
  held: Held;
  /** Ends the grading: with no error the submission is not ours any more. */
  stop: (why: StopReason) => void;
}

export type StopReason = { kind: 'not ours' } | { kind: 'shutdown' } | { kind: 'fault'; error: unknown };

const shutDown = 'Stagecraft was shut down while this was being graded, so it starts over.';

/** Events that only the queue itself may write. */
const ownEvents = new Set<SubmissionEvent['type']>(['state', 'restarted', 'finished', 'cancelled']);

export async function deliverSubmission(job: GradeJob, context: DeliveryContext): Promise<void> {
  const waitingFor = context.waitFor?.(job.data.exercise);
  if (waitingFor !== undefined) return putAside(job, context, waitingFor);
  const { db } = context.store;
  const claimed = await throughOutages(() =>
    claimSubmission(db, { id: job.data.submission, delivery: deliveryOf(job) }),
  );
  if (!claimed) return;
  const result = await gradeClaimed(job, claimed, context);
  switch (result.kind) {
    case 'outcome':
      await keepLayers(result.layers, context);
      await throughOutages(() => finishSubmission(db, claimed.held, result.outcome));
      return;
    case 'not ours':
      return;
    case 'shutdown':
      return handBack(job, claimed.held, context);
    case 'fault':
      return endByFault(job, claimed.held, context, result.error);
  }
}

type GradeResult = StopReason | { kind: 'outcome'; outcome: Outcome; layers: LayerToKeep[] };

/** Grades, or builds again where that was asked. */
async function workOn(
  { learnerId, held, rebuild, ...files }: Claimed,
  context: DeliveryContext,
  options: Parameters<Grade>[1],
): Promise<Outcome> {
  const request = { ...files, learner: learnerId };
  if (rebuild === undefined) return { report: await context.grade({ ...request, submission: held.id }, options) };
  if (context.rebuild === undefined) throw new StagecraftError('internal', 'This worker can not build again.');
  const result = await context.rebuild({ ...request, edit: rebuild.edit }, options);
  return { rebuild: { ...rebuild, result } };
}

async function gradeClaimed(job: GradeJob, claimed: Claimed, context: DeliveryContext): Promise<GradeResult> {
  const stopped = new AbortController();
  let reason: StopReason | undefined;
  const whyStopped = (): StopReason | undefined => reason;
  const stop = (why: StopReason) => {
    reason ??= why;
    stopped.abort(new StagecraftError('cancelled', 'Grading was stopped.'));
  };
  const { held } = claimed;
  const writer = new EventWriter({
    db: context.store.db,
    held,
    onStop: (error) => stop(error === undefined ? { kind: 'not ours' } : { kind: 'fault', error }),
  });
  // The queue gave the job to somebody else (it expired, or our heartbeats were late).
  const onTaken = () => stop({ kind: 'not ours' });
  job.signal.addEventListener('abort', onTaken, { once: true });
  const untrack = context.track({ job, held, stop });
  try {
    const emit = (event: SubmissionEvent) => {
      if (!ownEvents.has(event.type)) writer.emit(event);
    };
    // `stop` may have been called before there was anyone to hear it.
    const early = whyStopped();
    if (early) return early;
    let layers: LayerToKeep[] = [];
    const onLayers = (found: LayerToKeep[]) => {
      layers = found;
    };
    const outcome = await workOn(claimed, context, { emit, onLayers, signal: stopped.signal });
    await writer.close();
    // It may just have made it when the shutdown began.
    const late = whyStopped();
    return late && late.kind !== 'shutdown' ? late : { kind: 'outcome', outcome, layers };
  } catch (error) {
    await writer.close();
    return whyStopped() ?? { kind: 'fault', error };
  } finally {
    untrack();
    job.signal.removeEventListener('abort', onTaken);
  }
}

/** Before the verdict, so that who sees it finds them; a verdict is worth more, so it does not depend on this. */
async function keepLayers(layers: LayerToKeep[], { store, log }: DeliveryContext): Promise<void> {
  await keepLayerFiles(store.db, layers).catch((error) => log('keeping the files of layers', error));
}

/** The job is exchanged for one that starts a little later, so that its slot is free for others. */
async function putAside(job: GradeJob, { store, queue }: DeliveryContext, detail: string): Promise<void> {
  await store.db.transaction(async (tx) => {
    await noteWaiting(tx, job.data.submission, detail);
    await queue.settle(tx, job);
    await queue.enqueue(tx, {
      ...job.data,
      base: deliveryOf(job) - 1,
      faults: faultsOf(job),
      priority: job.priority,
      startAfterSeconds: limits.queue.waitSeconds,
    });
  });
}

/** Gives a running submission to whoever works next, at the head of the line and without counting a fault. */
export async function handBack(
  job: GradeJob,
  held: Held,
  { store, queue }: Pick<DeliveryContext, 'store' | 'queue'>,
): Promise<void> {
  await giveBackSubmission(store.db, held, {
    reason: shutDown,
    alongside: async (tx) => {
      await queue.settle(tx, job);
      await queue.enqueue(tx, { ...job.data, base: held.delivery, faults: faultsOf(job), priority: job.priority + 1 });
    },
  });
}

/** Rethrows when the queue is to deliver it again. */
async function endByFault(job: GradeJob, held: Held, context: DeliveryContext, error: unknown): Promise<void> {
  const { db } = context.store;
  const id = context.log(`grading of submission ${held.id}, delivery ${held.delivery}`, error);
  const sentence = sentenceFor(error);
  // Not knowing what it was, it may have been a passing thing.
  const retryable = error instanceof StagecraftError ? error.retryable : true;
  if (retryable && faultsOf(job) + 1 < limits.queue.deliveriesMax) {
    await throughOutages(() => giveBackSubmission(db, held, { reason: `${sentence} It is tried again.` }));
    throw error;
  }
  await throughOutages(() => finishSubmission(db, held, { graderError: `${sentence} (In the log: ${id}.)` }));
}
