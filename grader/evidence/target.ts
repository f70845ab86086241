/**
 * Builds the same Dockerfile once more: another target of it, with other arguments, or with a changed app. Says whether
 * it built, which step failed, and what its image is like.
 */

import { type BuildResult, buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import { machinePlatform } from '../dockerfile/parse-dockerfile.ts';
import { foreignImages } from '../dockerfile/platform.ts';
import { findStage, retarget } from '../dockerfile/stage-graph.ts';
import type { Slot } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { changeContext, withContextCopy } from './context-copy.ts';
import { readElf } from './elf.ts';
import type { ImageEvidence, ProgramEvidence, TargetEvidence } from './evidence.ts';
import { commandPath, realPath } from './find-program.ts';
import { collectImage, type EngineAccess } from './image.ts';
import type { TargetBuild } from './need.ts';
import { plainText } from './plain-text.ts';
import { readFiles } from './read-files.ts';
import type { BuiltFrom } from './rebuild.ts';

export interface TargetRequest {
  builtFrom: BuiltFrom;
  /** The Dockerfile as it was built. */
  text: string;
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
  const unavailable = unavailableFor(request);
  if (unavailable !== undefined) return { ok: false, logTail: [], vertexes: [], unavailable };
  const model = target === undefined ? request.model : retarget(request.model, target);
  const changed = Object.keys(build.overlay).length > 0 || build.edits.length > 0;
  if (!changed) return buildOnce({ ...request, model }, access);
  return withContextCopy(builtFrom.contextDir, async (contextDir) => {
    await changeContext(contextDir, build);
    return buildOnce({ ...request, model, builtFrom: { ...builtFrom, contextDir } }, access);
  });
}

function unavailableFor({ text, build, builtFrom }: TargetRequest): TargetEvidence['unavailable'] {
  const { target = builtFrom.target, platform } = build;
  if (platform === undefined) return undefined;
  const uses = foreignImages(text, { platform, ...(target !== undefined && { target }) });
  return uses.length === 0 ? undefined : { machine: machinePlatform(), uses };
}

async function buildOnce(request: TargetRequest, { engine, slot, signal }: Access): Promise<TargetEvidence> {
  const { builtFrom, build, model } = request;
  const result = await buildImage(
    {
      ...builtFrom,
      ...{ target: build.target ?? builtFrom.target, buildArgs: { ...builtFrom.buildArgs, ...build.buildArgs } },
      ...{
        platform: build.platform,
        model,
        output: build.image ? 'image' : 'none',
        timeoutMs: limits.evidence.phaseTimeoutMs,
      },
    },
    { engine, slot, signal },
  );
  try {
    if (result.imageId === undefined) return outcomeOf(result);
    const image = await imageOf(result.imageId, request, { engine, slot, signal });
    const programs = await readPrograms(image, build.programs ?? [], { engine, slot, signal });
    return { ...outcomeOf(result), image, programs };
  } finally {
    slot.putOff(() => removeBuiltImage(engine, result.imageTag));
  }
}

function imageOf(imageId: string, { model, baseImageIdOf }: TargetRequest, access: Access): Promise<ImageEvidence> {
  const shipped = model.stages.find(({ final }) => final);
  const baseImageId = shipped && baseImageIdOf(shipped.rootBase);
  return collectImage({ imageId, dockerfile: model, baseImageId }, access);
}

/** The headers of programs; a path that leads nowhere is evidence too. */
async function readPrograms(
  image: ImageEvidence,
  asked: readonly string[],
  access: Access,
): Promise<Record<string, ProgramEvidence>> {
  const paths = new Map(asked.map((path) => [path, path === '' ? commandPath(image) : path]));
  const real = new Map([...paths].map(([name, path]) => [name, path && realPath(image, path)]));
  const wanted = [...new Set([...real.values()].flatMap((path) => path ?? []))];
  const { programBytesMax: bytesMax } = limits.evidence;
  const found = await readFiles({ image, paths: wanted, bytesMax, slot: access.slot }, access);
  return Object.fromEntries(
    [...real].map(([name, path]): [string, ProgramEvidence] => {
      const bytes = path === undefined ? undefined : found.get(path);
      return [name, { path: bytes && paths.get(name), elf: bytes && readElf(bytes) }];
    }),
  );
}

const TAIL_LINES = 20;

function outcomeOf({ ok, failure, vertexes }: BuildResult): TargetEvidence {
  const own = vertexes.filter(({ name }) => !name.startsWith('[internal]'));
  if (ok || failure === undefined) return { ok, vertexes: own, logTail: [] };
  const message = plainText(failure.raw, 1_000).trim() || failure.reason;
  const logTail = failure.logTail.slice(-TAIL_LINES);
  const stoppedBy = failure.reason === 'failed' ? undefined : failure.reason;
  return { ok, stoppedBy, vertexes: own, message, logTail, ...(failure.vertex && { failed: failure.vertex }) };
}
