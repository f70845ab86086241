/**
 * For tests only: a worker in a process of its own that grades for ever, to be killed or stopped in the middle.
 * Tells its parent `grading`, and `stopped` when it was told to stop.
 */
import type pg from 'pg';
import type { Grade } from '../grade-submission.ts';
import { openStoreOn } from '../store/open-store.ts';
import { openJobQueue } from './job-queue.ts';
import { startWorker } from './worker.ts';

const connection = JSON.parse(process.argv[2] ?? '{}') as pg.ClientConfig;
const log = (where: string, error: unknown) => {
  console.error(where, error);
  return 'child';
};
const grade: Grade = (_request, { emit, signal }) => {
  emit({ type: 'phase', phase: 'build' });
  const lines = setInterval(() => emit({ type: 'log', lines: [{ text: 'from the child', stream: 'stdout' }] }), 50);
  process.send?.('grading');
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      clearInterval(lines);
      process.send?.('stopped');
      reject(signal.reason);
    });
  });
};
const store = await openStoreOn(connection);
const queue = await openJobQueue({ store, log });
await startWorker({ store, queue, grade, log, concurrency: 1 });
