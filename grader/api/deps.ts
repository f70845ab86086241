/** What the API is made of. All are asked anew for every request, as most of them appear while the server already answers. */
import type { CatalogueView, Exercise, ExerciseSummary, Health, Solution } from '../contract/exercise.ts';
import type { CourseImageKind } from '../contract/layers.ts';
import { StagecraftError } from '../errors.ts';
import type { FaultLog } from '../fault-log.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/open-store.ts';
import type { Terminals } from '../terminal/terminals.ts';

export interface ExerciseSource {
  list(): ExerciseSummary[];
  find(slug: string): Exercise | undefined;
  /** For those who have passed; whoever hands it out asks the store first. */
  solution(slug: string): Solution | undefined;
}

export interface Storage {
  store: Store;
  queue: JobQueue;
}

export interface ApiDeps {
  /** Undefined while the database is not open; lessons are served without it. */
  storage: () => Storage | undefined;
  exercises: () => ExerciseSource;
  catalogue: () => CatalogueView;
  /** Of the image that the exercise's starter or solution would build now; undefined while nothing is built here. */
  courseImageKey: (slug: string, kind: CourseImageKind) => string | undefined;
  /** Undefined while no shell may be opened: the engine is not there, or its walls are not known to stand. */
  terminals: () => Terminals | undefined;
  health: () => Health | Promise<Health>;
  settings: Pick<Settings, 'siteDir' | 'host' | 'allowedHosts' | 'trustProxy'>;
  /** Signs the learners' cookies; see `readCookieSecret`. */
  cookieSecret: string;
  log: FaultLog;
  /** Aborted when the server is about to close: open event streams end, and browsers come back with Last-Event-ID. */
  shutdown: AbortSignal;
}

/** @throws StagecraftError `not_ready` */
export function requireStorage(deps: Pick<ApiDeps, 'storage'>): Storage {
  const storage = deps.storage();
  if (!storage) {
    throw new StagecraftError(
      'not_ready',
      'The database is not ready yet, so submissions can be neither taken nor shown. Try again in a few seconds.',
      { retryable: true },
    );
  }
  return storage;
}
