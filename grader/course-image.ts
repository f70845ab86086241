/**
 * The images of an exercise's own Dockerfiles, its starter and its solution, for learners to compare theirs with. Built
 * in a slot as every other; nothing is judged, and only what is in them is kept.
 */
import { createHash } from 'node:crypto';
import { admitText, buildAndCollect } from './build-and-collect.ts';
import type { CourseImageKind } from './contract/layers.ts';
import type { BuildError, ImageReport } from './contract/report.ts';
import { isRefused } from './dockerfile/admit.ts';
import { StagecraftError } from './errors.ts';
import type { ImageEvidence } from './evidence/evidence.ts';
import { imageReport } from './evidence/to-report.ts';
import type { Exercise } from './exercises/exercise.ts';
import { contentHash } from './exercises/view.ts';
import type { GradingRoom } from './open-grader.ts';
import { starterSize } from './starter-size.ts';
import { openWorkplace } from './workplace.ts';

export interface CourseImageRequest {
  /** Slug. */
  exercise: string;
  kind: CourseImageKind;
}

export type BuiltCourseImage = {
  /** `courseImageKey` of what was built. */
  key: string;
} & (
  | CourseImageParts
  /** A starter that can't be built as it is: to repair that is the exercise. */
  | { unbuildable: string }
);

export interface CourseImageParts {
  image: Pick<ImageReport, 'sizeBytes' | 'baseImage' | 'layers'>;
  /** With all their files. */
  layers: ImageEvidence['layers'];
}

/** @throws StagecraftError `internal` when the solution does not build: the course is at fault then, or this machine */
export type BuildCourseImage = (
  request: CourseImageRequest,
  options: { signal: AbortSignal },
) => Promise<BuiltCourseImage>;

/** Changes with everything that would build another image. Hexadecimal. */
export function courseImageKey(exercise: Exercise, kind: CourseImageKind, catalogueRecipe: string): string {
  const { dockerfile, dockerignore } = exercise[kind];
  const parts = [contentHash(exercise), dockerfile, dockerignore ?? null, catalogueRecipe];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function createCourseImageBuilder(room: GradingRoom): BuildCourseImage {
  return async ({ exercise: slug, kind }, { signal }) => {
    const exercise = room.exercises.get(slug);
    const key = courseImageKey(exercise, kind, room.catalogue.recipe);
    const { dockerignore } = exercise[kind];
    const admission = admitText(exercise[kind], room);
    if (isRefused(admission.findings)) return { key, ...unbuildable({ slug, kind, cause: admission.findings }) };
    const request = { dockerignore, learner: 'course' };
    const workplace = await openWorkplace({ exercise, request, admission }, room, signal);
    try {
      const { slot, builtFrom, sshSeed } = workplace;
      const { build, image, dockerfile } = await buildAndCollect(
        {
          ...{ admission, builtFrom, sshSeed, needs: [], run: undefined, contextFiles: [], dockerignore },
          starterSize: (starterSignal) => starterSize(exercise, room, { slot, signal: starterSignal }),
        },
        room,
        { slot, emit: () => {}, signal },
      );
      if (image === undefined) {
        if (build.error !== undefined && passing.has(build.error.code)) throw notNow(slug, kind, build.error);
        return { key, ...unbuildable({ slug, kind, cause: build.error }) };
      }
      const { sizeBytes, baseImage, layers } = imageReport(image, dockerfile);
      return { key, image: { sizeBytes, baseImage, layers }, layers: image.layers };
    } finally {
      await workplace.close();
    }
  };
}

/** Of the machine as it is just now, not of the Dockerfile. */
const passing = new Set<BuildError['code']>([
  'timeout',
  'out_of_memory',
  'too_many_processes',
  'no_space',
  'cancelled',
]);

const notNow = (slug: string, kind: CourseImageKind, cause: unknown) =>
  new StagecraftError('internal', `The ${kind} of ${slug} could not be built just now. Try again later.`, { cause });

function unbuildable({ slug, kind, cause }: { slug: string; kind: CourseImageKind; cause: unknown }) {
  if (kind === 'starter') {
    return { unbuildable: 'The starter of this exercise does not build as it is, so it has no image to compare with.' };
  }
  throw new StagecraftError(
    'internal',
    `The ${kind} of ${slug} does not build on this machine, so nothing can be compared with it.`,
    { cause },
  );
}
