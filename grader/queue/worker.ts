/** Grades what is in the queue, a few submissions at a time, until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkOptions } from 'pg-boss';
import type { BuildCourseImage } from '../course-image.ts';
import type { FaultLog } from '../fault-log.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import type { Rebuild } from '../rebuild-submission.ts';
import { abandonSubmission, stillHeld } from '../store/deliveries.ts';
import { channels } from '../store/notifications.ts';
import type { Store } from '../store/open-store.ts';
import { workOnCourseImages } from './course-images.ts';
import { deliverSubmission, handBack, type Running } from './deliver-submission.ts';
import { type JobData, type JobQueue, queueNames } from './job-queue.ts';
import { requeueOrphans } from './orphans.ts';

export interface WorkerOptions {
  store: Store;
  queue: JobQueue;
  grade: Grade;
  /** Absent where nothing is built again, as in most tests. */
  rebuild?: Rebuild | undefined;
  /** Absent where nothing is compared with, as in most tests. */
  courseImage?: BuildCourseImage | undefined;
  log: FaultLog;
  /** Submissions graded at once in this process. */
  concurrency: number;
  /** A sentence while what an exercise needs is still being made ready: its submissions wait without taking a slot. */
  waitFor?: (exercise: string) => string | undefined;
}

export interface Worker {
  /** Submissions being graded by this process now. */
  running(): number;
  /** Takes nothing more, ends what runs and hands it back to the queue. */
  stop(): Promise<void>;
}

/** Ends what was cancelled or taken by another; asked at every cancellation and once per safety poll. */
function watchRunning({ store, log }: WorkerOptions, running: Set<Running>): () => void {
  let asking = false;
  const ask = async () => {
    if (asking || running.size === 0) return;
    asking = true;
    try {
      const asked = [...running];
      const held = await stillHeld(
        store.db,
        asked.map((one) => one.held),
      );
      for (const one of asked) if (!held.has(one.held.id)) one.stop({ kind: 'not ours' });
    } catch (error) {
      log('watching running submissions', error);
    } finally {
      asking = false;
    }
  };
  const stopListening = store.notifications.on(channels.cancelled, () => void ask());
  const poll = setInterval(() => void ask(), limits.store.safetyPollMs);
  return () => {
    stopListening();
    clearInterval(poll);
  };
}

function sweepOrphans({ store, queue, log }: WorkerOptions): () => void {
  const sweep = () => requeueOrphans({ store, queue }).catch((error) => log('sweep for orphaned submissions', error));
  void sweep();
  const timer = setInterval(sweep, limits.queue.orphanSweepMs);
  return () => clearInterval(timer);
}

async function stopRunning({ store, queue, log }: WorkerOptions, running: Set<Running>): Promise<void> {
  for (const one of running) one.stop({ kind: 'shutdown' });
  const deadline = Date.now() + limits.queue.shutdownMs;
  while (running.size > 0 && Date.now() < deadline) await sleep(20);
  // They do not listen: the fence keeps out whatever they still want to write.
  for (const { job, held } of running) {
    await handBack(job, held, { store, queue }).catch((error) => log(`handing back submission ${held.id}`, error));
  }
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { queue, store } = options;
  const running = new Set<Running>();
  let stopping = false;
  const track = (one: Running) => {
    running.add(one);
    // Fetched before the shutdown began, claimed after.
    if (stopping) one.stop({ kind: 'shutdown' });
    return () => running.delete(one);
  };
  const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 };
  const stopWatching = watchRunning(options, running);
  const stopSweeping = sweepOrphans(options);
  await queue.boss.work<JobData, void, WorkOptions & { includeMetadata: true }>(
    queueNames.grade,
    {
      ...polling,
      localConcurrency: options.concurrency,
      includeMetadata: true,
      heartbeatRefreshSeconds: limits.queue.heartbeatRefreshSeconds,
    },
    async ([job]) => {
      if (job) await deliverSubmission(job, { ...options, track });
    },
  );
  await queue.boss.work<JobData>(queueNames.dead, polling, async ([job]) => {
    if (job) await abandonSubmission(store.db, job.data.submission, gaveUp);
  });
  const { courseImage: build, log } = options;
  const stopCourseImages = build && (await workOnCourseImages({ store, queue, build, log }));
  const leave = (wait: boolean) =>
    Promise.all(Object.values(queueNames).map((name) => queue.boss.offWork(name, { wait })));
  const stop = async () => {
    stopping = true;
    stopSweeping();
    stopCourseImages?.();
    await leave(false);
    await stopRunning(options, running);
    await Promise.race([leave(true), sleep(limits.queue.shutdownMs, undefined, { ref: false })]);
    stopWatching();
  };
  return { running: () => running.size, stop };
}

const gaveUp = `The grader stopped ${limits.queue.deliveriesMax} times while grading this, so it gave up. This does not count as an attempt: send it again, and if it happens again, tell whoever runs this Stagecraft.`;
