/** Measures an exercise's starter for checks that compare with it; the size is kept per content and catalogue. */
import { makeContext } from './build/context.ts';
import { buildImage, removeBuiltImage } from './build/run-buildx.ts';
import { admitText } from './build-and-collect.ts';
import type { Slot } from './engine/engine.ts';
import { StagecraftError } from './errors.ts';
import type { StarterSize } from './evidence/starter-size.ts';
import type { Exercise } from './exercises/exercise.ts';
import { contentHash } from './exercises/view.ts';
import type { GradingRoom } from './open-grader.ts';

/** @throws StagecraftError `internal` when the starter does not build: the exercise can't compare with it then */
export function starterSize(
  exercise: Exercise,
  room: GradingRoom,
  { slot, signal }: { slot: Slot; signal: AbortSignal },
): Promise<StarterSize> {
  const key = { contentHash: contentHash(exercise), catalogueRecipe: room.catalogue.recipe };
  const measure = (measureSignal: AbortSignal) => buildStarter(exercise, room, { slot, signal: measureSignal });
  return room.starterSizes.sizeOf(key, { measure, signal });
}

async function buildStarter(
  { slug, starter, appDir, build }: Exercise,
  room: GradingRoom,
  options: { slot: Slot; signal: AbortSignal },
): Promise<StarterSize> {
  const admission = admitText(starter, room);
  const context = await makeContext({
    ...{ homeDir: room.settings.homeDir, appDir },
    ...{ dockerfile: admission.text, dockerignore: starter.dockerignore },
  });
  try {
    const { args: buildArgs } = build;
    const request = { contextDir: context.dir, model: admission.dockerfile, learner: 'starter', buildArgs };
    const built = await buildImage(request, { engine: room.engine, ...options });
    try {
      if (built.imageId === undefined) {
        throw new StagecraftError(
          'internal',
          `The starter of ${slug} does not build, so nothing can be compared with its size.`,
          {
            cause: built.failure?.raw,
          },
        );
      }
      const { Size } = await room.engine.docker.getImage(built.imageId).inspect();
      return { sizeBytes: Size };
    } finally {
      await removeBuiltImage(room.engine, built.imageTag);
    }
  } finally {
    await context.dispose();
  }
}
