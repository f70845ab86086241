/**
 * Builds the same Dockerfile once more: another target of it, with other arguments, or with a changed app. Says whether
 * it built, which step failed, and what its image is like.
 */
import type { DockerfileModel } from '../build/dockerfile.ts';
import { type BuildResult, buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import { findStage, retarget } from '../build/stage-graph.ts';
import type { Slot } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { changeContext, withContextCopy } from './context-copy.ts';
import type { ImageEvidence, TargetBuild, TargetEvidence } from './evidence.ts';
import { collectImage, type EngineAccess } from './image.ts';
import { plainText } from './plain-text.ts';
import type { BuiltFrom } from './rebuild.ts';

export interface TargetRequest {
  builtFrom: BuiltFrom;
  model: DockerfileModel;
  build: TargetBuild;
  /** The catalogue image of a name at the bottom of a stage. */
  baseImageIdOf: (rootBase: string) => string | undefined;
}

type Access = EngineAccess & { slot: Pick<Slot, 'cgroupParent' | 'putOff'> };

/** Undefined when the Dockerfile has no such stage: then there is nothing to build, and the text says so. */
export async function buildTarget(request: TargetRequest, access: Access): Promise<TargetEvidence | undefined> {
  const { builtFrom, build } = request;
  const { target } = build;
  if (target !== undefined && findStage(target, request.model.stages) === undefined) return undefined;
  const model = target === undefined ? request.model : retarget(request.model, target);
  const changed = Object.keys(build.overlay).length > 0 || build.edits.length > 0;
  if (!changed) return buildOnce({ ...request, model }, access);
  return withContextCopy(builtFrom.contextDir, async (contextDir) => {
    await changeContext(contextDir, build);
    return buildOnce({ ...request, model, builtFrom: { ...builtFrom, contextDir } }, access);
  });
}

async function buildOnce(request: TargetRequest, { engine, slot, signal }: Access): Promise<TargetEvidence> {
  const { builtFrom, build, model } = request;
  const result = await buildImage(
    {
      ...builtFrom,
      ...{ target: build.target ?? builtFrom.target, buildArgs: { ...builtFrom.buildArgs, ...build.buildArgs } },
      ...{ model, output: build.image ? 'image' : 'none', timeoutMs: limits.evidence.phaseTimeoutMs },
    },
    { engine, slot, signal },
  );
  try {
    const image = result.imageId && (await imageOf(result.imageId, request, { engine, slot, signal }));
    return { ...outcomeOf(result), ...(image && { image }) };
  } finally {
    slot.putOff(() => removeBuiltImage(engine, result.imageTag));
  }
}

function imageOf(imageId: string, { model, baseImageIdOf }: TargetRequest, access: Access): Promise<ImageEvidence> {
  const shipped = model.stages.find(({ final }) => final);
  const baseImageId = shipped && baseImageIdOf(shipped.rootBase);
  return collectImage({ imageId, dockerfile: model, baseImageId }, access);
}

const TAIL_LINES = 20;

function outcomeOf({ ok, failure, vertexes }: BuildResult): TargetEvidence {
  const own = vertexes.filter(({ name }) => !name.startsWith('[internal]'));
  if (ok || failure === undefined) return { ok, vertexes: own, logTail: [] };
  const message = plainText(failure.raw, 1_000).trim() || failure.reason;
  const logTail = failure.logTail.slice(-TAIL_LINES);
  return { ok, vertexes: own, message, logTail, ...(failure.vertex && { failed: failure.vertex }) };
}
