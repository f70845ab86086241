/** What is ready and what is missing, for the banner and `/api/health`: fed by the progress of starting up. */
import type { CatalogueImage } from './catalogue/catalogue.ts';
import type { Health } from './contract/exercise.ts';
import type { Exercise } from './exercises/exercise.ts';
import type { Readiness } from './exercises/view.ts';
import { type IsolationReport, missingWalls } from './isolation/isolation.ts';
import type { OpenGrader } from './open-grader.ts';
import type { ProgressTask } from './progress.ts';

export class ReadinessBoard {
  readonly #tasks = new Map<string, ProgressTask>();
  #missing: string[] = [];
  #grader: OpenGrader | undefined;
  #newest: string | undefined;
  /** Walls that are missing and accepted; undefined until they were tried. */
  #weak: string[] | undefined;

  note(task: ProgressTask): void {
    if (task.state === 'ready' && task.id.startsWith('image ')) this.#newest = task.title;
    this.#tasks.set(task.id, task);
  }

  graderIsOpen(grader: OpenGrader): void {
    this.#grader = grader;
    this.#missing = [];
  }

  /** Known, and where walls are missing, accepted by whoever runs this. Undefined: it could not be tried, accepted too. */
  isolationIs(report: IsolationReport | undefined): void {
    const untried = 'The isolation of the sandbox could not be tested.';
    this.#weak = report === undefined ? [untried] : missingWalls(report).map(({ title, seen }) => `${title}: ${seen}`);
  }

  /** Grading can't be had on this machine as it is: reading mode. */
  gradingIsMissing(reasons: string[]): void {
    this.#missing = reasons;
  }

  health(database: Health['database']): Health {
    const images = this.#images();
    const ready = images.filter((image) => image.state === 'ready');
    const failed = [...this.#tasks.values()].filter((task) => task.state === 'failed');
    const status = this.#status({ database, all: ready.length === images.length, failed: failed.length > 0 });
    return {
      status,
      message: this.#message(status, { ready: ready.length, total: images.length, failed }),
      database,
      engine: { ok: this.#grader !== undefined, ...(this.#missing[0] !== undefined && { message: this.#missing[0] }) },
      images: {
        ready: ready.length,
        total: images.length,
        ...(this.#newest !== undefined && { newest: this.#newest }),
      },
      missing: this.#missing,
      ...(this.#weak !== undefined && { weakIsolation: this.#weak }),
      tasks: [...this.#tasks.values()],
    };
  }

  /** Whether an exercise can be graded now, and if not why. */
  readinessOf(exercise: Exercise): Readiness {
    const reason = this.waitingFor(exercise);
    if (this.#missing.length > 0)
      return { ready: false, notReady: `Nothing can be graded on this machine: ${this.#missing.join(' ')}` };
    return reason === undefined ? { ready: true } : { ready: false, notReady: reason };
  }

  /** A sentence while something that the exercise needs is still being made. */
  waitingFor(exercise: Exercise): string | undefined {
    const grader = this.#grader;
    if (grader === undefined) return 'The sandbox engine is still starting.';
    const images = exercise.images.map((name) => grader.catalogue.find(name)?.name ?? name);
    const states = grader.catalogue.images().filter((image) => images.includes(image.entry.name));
    const unready = states.filter((image) => image.state === 'waiting' || image.state === 'building');
    if (unready.length > 0)
      return `Its base images are still being built: ${unready.map((image) => image.entry.name).join(', ')}.`;
    if (!grader.packages.isSettled(exercise)) return 'Its packages are still being downloaded.';
    return undefined;
  }

  #images(): CatalogueImage[] {
    return this.#grader?.catalogue.images() ?? [];
  }

  #status(now: { database: Health['database']; all: boolean; failed: boolean }): Health['status'] {
    if (this.#missing.length > 0) return 'reading';
    if (now.failed) return 'degraded';
    const tried = this.#grader !== undefined && this.#weak !== undefined;
    return tried && now.all && now.database.ok ? 'ready' : 'starting';
  }

  #message(status: Health['status'], counts: { ready: number; total: number; failed: ProgressTask[] }): string {
    if (status === 'reading') return `Reading only: ${this.#missing[0]}`;
    if (status === 'ready') return 'Everything is ready.';
    const failed = counts.failed[0];
    if (status === 'degraded' && failed !== undefined)
      return `${failed.title} failed: ${failed.detail ?? 'see the log'}`;
    if (counts.total === 0) return 'The sandbox engine is starting.';
    if (counts.ready === counts.total && this.#weak === undefined)
      return 'The walls of the sandbox are being tried before anything is graded.';
    const newest = this.#newest === undefined ? 'Base images are being built' : `${this.#newest} ready`;
    return `${newest}, ${counts.ready} of ${counts.total}`;
  }
}
