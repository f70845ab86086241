/** Building images of starters and solutions: asked for by the API, worked off beside what learners send. */
import type { JobWithMetadata, WorkOptions } from 'pg-boss';
import type { BuildCourseImage } from '../course-image.ts';
import { StagecraftError, sentenceFor } from '../errors.ts';
import type { FaultLog } from '../fault-log.ts';
import { limits } from '../limits.ts';
import { beginCourseImage, type CourseImageOf, endCourseImage, holdCourseImage } from '../store/course-images.ts';
import { keepLayerFiles } from '../store/layer-files.ts';
import type { Store } from '../store/open-store.ts';
import { type JobQueue, queueNames } from './job-queue.ts';

/** Has it built, unless somebody builds it already. */
export async function askForCourseImage(
  { store, queue }: { store: Store; queue: JobQueue },
  of: CourseImageOf,
): Promise<void> {
  await store.db.transaction(async (tx) => {
    if (await beginCourseImage(tx, of)) await queue.enqueueCourseImage(tx, of);
  });
}

export interface CourseImageWork {
  store: Store;
  queue: JobQueue;
  build: BuildCourseImage;
  log: FaultLog;
}

/** @returns ends what is being built; it is built again by who works next */
export async function workOnCourseImages(work: CourseImageWork): Promise<() => void> {
  const stopping = new AbortController();
  await work.queue.boss.work<CourseImageOf, void, WorkOptions & { includeMetadata: true }>(
    queueNames.courseImages,
    {
      localConcurrency: limits.courseImages.count,
      includeMetadata: true,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
      heartbeatRefreshSeconds: limits.queue.heartbeatRefreshSeconds,
    },
    async ([job]) => {
      if (job) await buildOne(job, work, AbortSignal.any([job.signal, stopping.signal]));
    },
  );
  return () => stopping.abort(new StagecraftError('cancelled', 'Building was stopped.'));
}

/** A job too many does no harm: what is built already is not built again. Rethrows what the queue is to try again. */
async function buildOne(
  { data: of }: JobWithMetadata<CourseImageOf>,
  { store: { db }, build, log }: CourseImageWork,
  signal: AbortSignal,
): Promise<void> {
  if (!(await holdCourseImage(db, of))) return;
  try {
    const built = await build(of, { signal });
    const was = { ...of, key: built.key };
    if ('unbuildable' in built) return await endCourseImage(db, was, { message: built.unbuildable, lasting: true });
    // First the files, so that who sees the image finds them.
    await keepLayerFiles(db, built.layers);
    await endCourseImage(db, was, { image: built.image });
  } catch (error) {
    if (signal.aborted) throw error;
    const id = log(`building the ${of.kind} of ${of.exercise}`, error);
    await endCourseImage(db, of, {
      message: `${sentenceFor(error)} (In the log: ${id}.)`,
      lasting: false,
    });
  }
}
