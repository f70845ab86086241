/** For tests only: a store with its queue, and workers that end with their test. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Grade } from '../grade-submission.ts';
import { type TestStore, testStore } from '../store/testing.ts';
import { type JobQueue, openJobQueue } from './job-queue.ts';
import { startWorker, type Worker, type WorkerOptions } from './worker.ts';

export interface TestStorage extends TestStore {
  readonly queue: JobQueue;
  /** What was logged in the test that runs: faults of ours. */
  readonly faults: unknown[];
  log(where: string, error: unknown): string;
  work(grade: Grade, options?: Partial<WorkerOptions>): Promise<Worker>;
  stopWorkers(): Promise<unknown>;
}

/** For the tests of one file; empty before each of them. */
export function testStorage(): TestStorage {
  const opened = testStore();
  let queue: JobQueue | undefined;
  const workers: Worker[] = [];
  const faults: unknown[] = [];
  const log = (_where: string, error: unknown) => `log-${faults.push(error)}`;
  const openedQueue = () => {
    if (queue === undefined) throw new Error('The queue is there from the first hook of a test on.');
    return queue;
  };
  const stopWorkers = () => Promise.all(workers.splice(0).map((worker) => worker.stop()));
  beforeAll(async () => {
    queue = await openJobQueue({ store: opened.store, log });
  });
  // Before the store is: hooks that end something run in the opposite order.
  afterAll(() => queue?.close());
  beforeEach(() => {
    faults.length = 0;
  });
  afterEach(stopWorkers);
  return {
    get postgres() {
      return opened.postgres;
    },
    get store() {
      return opened.store;
    },
    get queue() {
      return openedQueue();
    },
    ...{ faults, log, stopWorkers },
    work: async (grade, options = {}) => {
      const { store } = opened;
      const worker = await startWorker({ store, queue: openedQueue(), grade, log, concurrency: 1, ...options });
      workers.push(worker);
      return worker;
    },
  };
}
