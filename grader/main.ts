/**
 * The server: one process that serves the site and the API and works off the queue.
 *
 * The port opens first, so that a taken port is told at once and lessons can be read while the rest starts: database
 * and queue, then the sandbox engine with its images and packages, then the worker.
 */
import { createApi } from './api/app.ts';
import type { ApiDeps, Storage } from './api/deps.ts';
import { listen } from './api/listen.ts';
import { readCookieSecret } from './api/session.ts';
import type { CatalogueView, Health } from './contract/exercise.ts';
import { courseImageKey } from './course-image.ts';
import { isCancelled, StagecraftError, sentenceFor } from './errors.ts';
import { problemText } from './exercises/content-problem.ts';
import { ExerciseLibrary } from './exercises/exercise-library.ts';
import { toSolution, toSummary, toView } from './exercises/view.ts';
import { createFaultLog, type FaultLog } from './fault-log.ts';
import { limits } from './limits.ts';
import { type OpenGrader, openGrader } from './open-grader.ts';
import type { ProgressSink } from './progress.ts';
import { openJobQueue } from './queue/job-queue.ts';
import { startWorker } from './queue/worker.ts';
import { ReadinessBoard } from './readiness.ts';
import type { Settings } from './settings.ts';
import { openStore, type Store } from './store/open-store.ts';
import { Terminals } from './terminal/terminals.ts';

export interface ServeOptions {
  settings: Settings;
  progress: ProgressSink;
  /** Lines for the operator. */
  say: (text: string) => void;
}

export interface Serving {
  url: string;
  port: number;
  /** Settles when everything that can be made ready is, or has failed and was told. */
  ready: Promise<void>;
  /** Ends the worker (what runs goes back to the queue), engine, database and port, in this order. Never throws. */
  close(): Promise<void>;
}

/** @throws StagecraftError when the port can't be opened; everything later is told by `say` and `/api/health` */
export async function serve({ settings, progress, say }: ServeOptions): Promise<Serving> {
  const log = createFaultLog(say);
  const board = new ReadinessBoard();
  const note: ProgressSink = (task) => {
    board.note(task);
    progress(task);
  };
  const shutdown = new AbortController();
  const library = await ExerciseLibrary.open(settings.contentDir);
  for (const problem of library.problems) say(`Left out: ${problemText(problem)}`);

  let storage: Storage | undefined;
  let grader: OpenGrader | undefined;
  let terminals: Terminals | undefined;
  const closers: (() => Promise<void>)[] = [];
  const askDatabase = databaseHealth(() => storage?.store, log);
  const api = createApi({
    ...apiDeps({ board, library, catalogue: () => grader?.catalogue }),
    storage: () => storage,
    health: async () => board.health(await askDatabase()),
    terminals: () => terminals,
    ...{ settings, log, shutdown: shutdown.signal },
    cookieSecret: await readCookieSecret(settings.homeDir),
  });
  const listening = await listen(api, settings);

  const open = async () => {
    const store = await openStore({ settings, progress: note, signal: shutdown.signal });
    closers.push(() => store.close());
    const queue = await openJobQueue({ store, log });
    closers.push(() => queue.close());
    storage = { store, queue };
    grader = await openGrader({ settings, progress: note, signal: shutdown.signal, library });
    closers.push(grader.close);
    board.graderIsOpen(grader);
    // What is in the queue waits: no worker takes it before the walls are known to stand.
    board.isolationIs(await grader.isolated);
    const opened = new Terminals({ engine: grader.engine, kept: grader.keptImages, log });
    closers.push(() => opened.close());
    terminals = opened;
    const waitFor = (slug: string) => {
      const exercise = library.find(slug);
      return exercise && board.waitingFor(exercise);
    };
    const worker = await startWorker({
      store,
      queue,
      log,
      grade: grader.grade,
      rebuild: grader.rebuild,
      courseImage: grader.courseImage,
      concurrency: limits.slot.count,
      waitFor,
    });
    closers.push(() => worker.stop());
    await grader.filled;
  };
  const ready = open().catch((error) => {
    if (isCancelled(error)) return;
    board.gradingIsMissing([sentenceFor(error)]);
    say(`Open for reading only. ${sentenceFor(error)}`);
    if (!(error instanceof StagecraftError && error.code === 'host_lacks')) log('starting', error);
  });

  const close = async () => {
    shutdown.abort(new StagecraftError('cancelled', 'The server is closing.'));
    await ready;
    for (const end of closers.reverse()) await end().catch((error) => log('closing', error));
    await listening.close().catch((error) => log('closing', error));
  };
  return { url: listening.url, port: listening.port, ready, close };
}

interface Shown {
  board: ReadinessBoard;
  library: ExerciseLibrary;
  catalogue: () => OpenGrader['catalogue'] | undefined;
}

function apiDeps({ board, library, catalogue }: Shown): Pick<ApiDeps, 'exercises' | 'catalogue' | 'courseImageKey'> {
  return {
    courseImageKey: (slug, kind) => {
      const [exercise, recipe] = [library.find(slug), catalogue()?.recipe];
      return exercise && recipe && courseImageKey(exercise, kind, recipe);
    },
    exercises: () => ({
      list: () => library.all().map((exercise) => toSummary(exercise, board.readinessOf(exercise))),
      find: (slug) => {
        const exercise = library.find(slug);
        return exercise && toView(exercise, board.readinessOf(exercise));
      },
      solution: (slug) => {
        const exercise = library.find(slug);
        return exercise && toSolution(exercise);
      },
    }),
    catalogue: (): CatalogueView => {
      const open = catalogue();
      const images = open?.images() ?? [];
      return {
        source: open?.source ?? 'stand-in',
        images: images.map(({ entry, state, source, fallback, sizeBytes, failure }) => ({
          ...{ name: entry.name, aliases: entry.aliases, summary: entry.summary, state },
          ...{ source, fallback, standIn: source === 'registry' ? undefined : entry.standIn, sizeBytes, failure },
        })),
      };
    },
  };
}

/** Pages ask all the time: of faults in a row only the first goes to the log. */
function databaseHealth(store: () => Store | undefined, log: FaultLog): () => Promise<Health['database']> {
  let told = false;
  return async () => {
    const open = store();
    if (!open) return { ok: false, message: 'The database is starting.' };
    const fault = await open.check();
    if (fault && !told) log('the database', fault);
    told = fault !== undefined;
    return fault ? { ok: false, message: 'The database is not answering.' } : { ok: true };
  };
}
