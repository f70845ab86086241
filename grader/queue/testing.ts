/** For tests only. */
import type { Store } from '../store/open-store.ts';
import { openJobQueue } from './job-queue.ts';

/** For `startTestPostgres`: the queue's tables in the template. */
export async function prepareQueue(store: Store): Promise<void> {
  const queue = await openJobQueue({ store, log: () => 'unused' });
  await queue.close();
}
