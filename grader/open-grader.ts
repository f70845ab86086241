/**
 * Everything that grading needs, opened in order and closed in reverse: the server, the command line and the tests all
 * grade through this.
 */

import { removeStaleContexts } from './build/context.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { openCatalogue } from './catalogue/open-catalogue.ts';
import { PackageShelf } from './catalogue/packages/package-shelf.ts';
import type { Engine } from './engine/engine.ts';
import { openEngine } from './engine/open-engine.ts';
import { isCancelled } from './errors.ts';
import { readInstallationKey } from './evidence/canary.ts';
import { removeLeftovers } from './evidence/remove-containers.ts';
import { StarterSizes } from './evidence/starter-size.ts';
import { ExerciseLibrary } from './exercises/exercise-library.ts';
import { createGrader, type Grade } from './grade-submission.ts';
import { createInspector, type Inspect } from './inspect-project.ts';
import { limits } from './limits.ts';
import type { ProgressSink } from './progress.ts';
import type { Settings } from './settings.ts';
import { removeStaleWorkFolders } from './work-folder.ts';

export interface OpenGraderOptions {
  settings: Settings;
  progress: ProgressSink;
  signal: AbortSignal;
  /** Loaded already, by a server that answers before the engine is there. */
  library?: ExerciseLibrary;
  /** Slugs whose images and packages are wanted; undefined means all, and then every image of the catalogue. */
  exercises?: string[];
  /** False: bring nothing in, only look. */
  fill?: boolean;
}

/** What grading and inspecting work with. */
export interface GradingRoom {
  settings: Settings;
  engine: Engine;
  catalogue: Catalogue;
  exercises: ExerciseLibrary;
  packages: PackageShelf;
  starterSizes: StarterSizes;
  installationKey: Buffer;
}

export interface OpenGrader extends GradingRoom {
  grade: Grade;
  inspect: Inspect;
  /** Settles when every wanted image and package is there or has failed; what failed is told per image. */
  filled: Promise<void>;
  /** Ends the filling, leaves the engine; the last user stops it. */
  close(): Promise<void>;
}

/** @throws StagecraftError `not_found` for an unknown slug, `host_lacks` with what is missing, `engine_unavailable` */
export async function openGrader(options: OpenGraderOptions): Promise<OpenGrader> {
  const { settings, progress, signal } = options;
  const exercises = options.library ?? (await ExerciseLibrary.open(settings.contentDir));
  const wanted = options.exercises?.map((slug) => exercises.get(slug));
  const engine = await openEngine({ settings, progress, signal });
  try {
    const catalogue = await openCatalogue({ engine, cacheDir: settings.cacheDir, progress });
    const packages = new PackageShelf({ engine, catalogue, cacheDir: settings.cacheDir, progress });
    const room: GradingRoom = {
      ...{ settings, engine, catalogue, exercises, packages },
      starterSizes: new StarterSizes(settings.homeDir),
      installationKey: await readInstallationKey(settings.homeDir),
    };
    await removeLeftovers(engine.docker);
    await removeStaleContexts(settings.homeDir, limits.build.timeoutMs * 2);
    await removeStaleWorkFolders();
    const ending = new AbortController();
    const filling =
      options.fill === false ? Promise.resolve() : fill(room, wanted, AbortSignal.any([signal, ending.signal]));
    // Whoever waits for it sees the failure; nobody has to.
    filling.catch(() => {});
    const close = async () => {
      ending.abort();
      await filling.catch(() => {});
      await engine.release();
    };
    return { ...room, grade: createGrader(room), inspect: createInspector(room), filled: filling, close };
  } catch (error) {
    await engine.release();
    throw error;
  }
}

/** Images of the wanted exercises first; packages arrive over the network while images are built. */
async function fill(
  room: GradingRoom,
  wanted: ReturnType<ExerciseLibrary['all']> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const first = (wanted ?? room.exercises.all()).flatMap((exercise) => exercise.images);
  // A command for one exercise brings in its images only, an `inspect` what its Dockerfile names.
  const images = room.catalogue
    .fill({ first, only: wanted !== undefined, signal })
    .then(() => (wanted === undefined ? indexBases(room, signal) : undefined));
  const packages = (wanted ?? room.exercises.all()).map((exercise) => room.packages.ready(exercise, signal));
  const settled = await Promise.allSettled([images, ...packages]);
  const failed = settled.find((each) => each.status === 'rejected' && !isCancelled(each.reason));
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Reads the layers of base images ahead: a gigabyte takes a while the first time, and then no learner waits for it. */
async function indexBases({ engine, catalogue }: GradingRoom, signal: AbortSignal): Promise<void> {
  for (const { imageId } of catalogue.images()) {
    if (imageId !== undefined) await engine.layers(imageId, signal);
  }
}
