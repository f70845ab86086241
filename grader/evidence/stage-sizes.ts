/** How big each stage is when it is built for itself: for `inspect`, which shows what stays behind. */

import { buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import type { DockerfileModel, StageModel } from '../dockerfile/model.ts';
import type { Slot } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import type { EngineAccess } from './image.ts';
import type { BuiltFrom } from './rebuild.ts';

/**
 * Bytes by stage index, of every stage that the build reaches; the final one is left out, its image is there already.
 * A stage that can't be shipped by itself has no size.
 */
export async function stageSizes(
  build: BuiltFrom,
  model: DockerfileModel,
  { engine, slot, signal }: EngineAccess & { slot: Pick<Slot, 'cgroupParent'> },
): Promise<Map<number, number>> {
  const sizes = new Map<number, number>();
  for (const stage of model.stages) {
    if (!stage.reachable || stage.final) continue;
    const result = await buildImage(
      { ...build, model, target: targetOf(stage, model), timeoutMs: limits.evidence.phaseTimeoutMs },
      { engine, slot, signal },
    );
    try {
      if (result.imageId === undefined) continue;
      const { Size } = await engine.docker.getImage(result.imageId).inspect();
      sizes.set(stage.index, Size);
    } finally {
      await removeBuiltImage(engine, result.imageTag);
    }
  }
  return sizes;
}

/** A name that two stages share means the last of them; the number is unambiguous unless a stage has it for a name. */
function targetOf({ index, name }: StageModel, { stages }: DockerfileModel): string {
  const shared = name === undefined || stages.filter((other) => other.name === name).length > 1;
  return shared ? String(index) : name;
}
