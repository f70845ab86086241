/**
 * The queue of submissions to grade: pg-boss in the store's database, so that a submission and its job are written in
 * one transaction.
 *
 * A job says only "look at this submission": what is to be done is read from the submission itself, and a job too many
 * does no harm. Absent on purpose: strict per-learner concurrency (pg-boss's `singleton` blocks the head of the line);
 * fairness is by priority.
 */
import { sql } from 'drizzle-orm';
import { fromDrizzle, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { FaultLog } from '../fault-log.ts';
import { limits } from '../limits.ts';
import type { CourseImageOf } from '../store/course-images.ts';
import type { Transaction } from '../store/database.ts';
import type { Store } from '../store/open-store.ts';

export const queueNames = { grade: 'grade', dead: 'grade-dead', courseImages: 'course-images' } as const;

export interface JobData {
  submission: string;
  /** Slug. */
  exercise: string;
  /** Deliveries of this submission before this job; its own are `base + 1`, `base + 2`, … */
  base: number;
  /** Deliveries that ended by our fault before this job. Handing over at shutdown is none. */
  faults: number;
}

export type GradeJob = JobWithMetadata<JobData>;

export interface Enqueue extends JobData {
  priority: number;
  startAfterSeconds?: number;
}

export interface JobQueue {
  readonly boss: PgBoss;
  enqueue(tx: Transaction, job: Enqueue): Promise<void>;
  enqueueCourseImage(tx: Transaction, job: CourseImageOf): Promise<void>;
  /** Ends a job in a transaction. Throws when it is no longer ours, so that the transaction is rolled back. */
  settle(tx: Transaction, job: Pick<GradeJob, 'id' | 'retryCount'>): Promise<void>;
  close(): Promise<void>;
}

export const deliveryOf = (job: Pick<GradeJob, 'data' | 'retryCount'>) => job.data.base + job.retryCount + 1;
export const faultsOf = (job: Pick<GradeJob, 'data' | 'retryCount'>) => job.data.faults + job.retryCount;

const day = 24 * 60 * 60;

async function ensureQueues(boss: PgBoss): Promise<void> {
  const dead = {
    retryLimit: 100,
    retryDelay: 5,
    expireInSeconds: 60,
    retentionSeconds: 30 * day,
    deleteAfterSeconds: day,
  };
  const grade = {
    notify: true,
    deadLetter: queueNames.dead,
    retryLimit: limits.queue.deliveriesMax - 1,
    retryDelay: limits.queue.retryDelaySeconds,
    retryBackoff: true,
    heartbeatSeconds: limits.queue.heartbeatSeconds,
    expireInSeconds: limits.queue.expireSeconds,
    retentionSeconds: 30 * day,
    deleteAfterSeconds: day,
  };
  const courseImages = {
    notify: true,
    retryLimit: limits.courseImages.retriesMax,
    retryDelay: limits.queue.retryDelaySeconds,
    heartbeatSeconds: limits.queue.heartbeatSeconds,
    expireInSeconds: limits.courseImages.staleSeconds,
    retentionSeconds: day,
    deleteAfterSeconds: day,
  };
  await boss.createQueue(queueNames.dead, dead);
  await boss.createQueue(queueNames.grade, grade);
  await boss.createQueue(queueNames.courseImages, courseImages);
  // Those that were there before get this version's settings.
  await boss.updateQueue(queueNames.dead, dead);
  await boss.updateQueue(queueNames.grade, grade);
  await boss.updateQueue(queueNames.courseImages, courseImages);
}

export async function openJobQueue({ store, log }: { store: Store; log: FaultLog }): Promise<JobQueue> {
  const boss = new PgBoss({
    ...(store.connection as { connectionString?: string }),
    application_name: 'stagecraft-queue',
    max: limits.queue.connectionsMax,
    useListenNotify: true,
    superviseIntervalSeconds: limits.queue.superviseSeconds,
    monitorIntervalSeconds: limits.queue.superviseSeconds,
    schedule: false,
  });
  boss.on('error', (error) => log('queue', error));
  try {
    await boss.start();
    await ensureQueues(boss);
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw error;
  }
  return {
    boss,
    enqueue: async (tx, { priority, startAfterSeconds, ...data }) => {
      await boss.send(queueNames.grade, data satisfies JobData, {
        db: fromDrizzle(tx, sql),
        priority,
        startAfter: startAfterSeconds,
        retryLimit: Math.max(0, limits.queue.deliveriesMax - 1 - data.faults),
      });
    },
    enqueueCourseImage: async (tx, job) => {
      await boss.send(queueNames.courseImages, job, { db: fromDrizzle(tx, sql) });
    },
    settle: async (tx, job) => {
      const { id, retryCount } = job;
      const result = (await boss.complete(queueNames.grade, { id, retryCount }, null, {
        db: fromDrizzle(tx, sql),
      })) as { affected?: number };
      if (result.affected !== 1) throw new Error(`job ${id} is no longer held by this worker`);
    },
    close: () => boss.stop({ graceful: true, timeout: limits.queue.shutdownMs }),
  };
}
