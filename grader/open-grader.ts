/**
 * Everything that grading needs, opened in order and closed in reverse: the server, the command line and the tests all
 * grade through this.
 */

import { removeStaleContexts } from './build/context.ts';
import { toolboxImage } from './build/stage-probe.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { openCatalogue } from './catalogue/open-catalogue.ts';
import { PackageShelf } from './catalogue/packages/package-shelf.ts';
import { registryOptions } from './catalogue/registry/registry-options.ts';
import { type BuildCourseImage, createCourseImageBuilder } from './course-image.ts';
import type { Engine } from './engine/engine.ts';
import { chooseLauncher } from './engine/open-engine.ts';
import { isCancelled } from './errors.ts';
import { readInstallationKey } from './evidence/canary.ts';
import { removeLeftovers } from './evidence/remove-containers.ts';
import { StarterSizes } from './evidence/starter-size.ts';
import { ExerciseLibrary } from './exercises/exercise-library.ts';
import { createGrader, type Grade } from './grade-submission.ts';
import { createInspector, type Inspect } from './inspect-project.ts';
import { guardIsolation } from './isolation/guard-isolation.ts';
import type { IsolationReport } from './isolation/isolation.ts';
import { limits } from './limits.ts';
import type { ProgressSink } from './progress.ts';
import { createRebuilder, type Rebuild } from './rebuild-submission.ts';
import type { Settings } from './settings.ts';
import { KeptImages } from './terminal/kept-images.ts';
import { unlessAborted } from './unless-aborted.ts';
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
  keptImages: KeptImages;
}

export interface OpenGrader extends GradingRoom {
  /** Waits until the walls of the sandbox were seen to hold. */
  grade: Grade;
  inspect: Inspect;
  rebuild: Rebuild;
  courseImage: BuildCourseImage;
  /**
   * Settles when the sandbox's isolation is known: at once when it was tried before. Rejects with a sentence where a wall
   * is missing, unless that was accepted. Undefined where nothing is graded, or it could not be tried and that was accepted.
   */
  isolated: Promise<IsolationReport | undefined>;
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
  const launcher = await chooseLauncher(settings);
  const engine = await launcher.start({ progress, signal });
  try {
    const registry = registryOptions(settings);
    const catalogue = await openCatalogue({ engine, cacheDir: settings.cacheDir, progress, registry });
    const packages = new PackageShelf({ engine, catalogue, cacheDir: settings.cacheDir, progress });
    const room: GradingRoom = {
      ...{ settings, engine, catalogue, exercises, packages },
      starterSizes: new StarterSizes(settings.homeDir),
      installationKey: await readInstallationKey(settings.homeDir),
      keptImages: new KeptImages({ docker: engine.docker }),
    };
    await removeLeftovers(engine.docker);
    await removeStaleContexts(settings.homeDir, limits.build.timeoutMs * 2);
    await removeStaleWorkFolders();
    const ending = new AbortController();
    const until = AbortSignal.any([signal, ending.signal]);
    const filling = options.fill === false ? Promise.resolve() : fill(room, wanted, until);
    const toolbox = () => catalogue.ready([toolboxImage], until);
    const isolated =
      options.fill === false
        ? Promise.resolve(undefined)
        : guardIsolation({ engine, launcher, settings, toolbox, progress, signal: until });
    // Whoever waits for them sees the failure; nobody has to.
    for (const work of [filling, isolated]) work.catch(() => {});
    const close = async () => {
      ending.abort();
      await Promise.allSettled([filling, isolated]);
      await engine.release();
    };
    return { ...room, ...gradingOnce(isolated, room), isolated, filled: filling, close };
  } catch (error) {
    await engine.release();
    throw error;
  }
}

/** No learner's code is built or run before the walls are known to stand. */
function gradingOnce(
  isolated: Promise<unknown>,
  room: GradingRoom,
): Pick<OpenGrader, 'grade' | 'inspect' | 'rebuild' | 'courseImage'> {
  const [grade, inspect, rebuild] = [createGrader(room), createInspector(room), createRebuilder(room)];
  const courseImage = createCourseImageBuilder(room);
  return {
    grade: async (request, options) => {
      await unlessAborted(isolated, options.signal);
      return await grade(request, options);
    },
    inspect: async (request, options) => {
      await unlessAborted(isolated, options.signal);
      return await inspect(request, options);
    },
    rebuild: async (request, options) => {
      await unlessAborted(isolated, options.signal);
      return await rebuild(request, options);
    },
    courseImage: async (request, options) => {
      await unlessAborted(isolated, options.signal);
      return await courseImage(request, options);
    },
  };
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
