/** One build in one slot and all that is to be known about it: shared by grading and inspecting. */

import type { BuildFailure } from './build/build-failure.ts';
import { type BuildResult, buildImage, removeBuiltImage } from './build/run-buildx.ts';
import { neighboursOf } from './build/stage-files.ts';
import type { CatalogueEntry, CatalogueSource } from './catalogue/catalogue.ts';
import { type BuildError, isPreparation } from './contract/report.ts';
import type { SubmissionEvent } from './contract/submission.ts';
import { type Admission, type AdmitRequest, admit } from './dockerfile/admit.ts';
import type { Slot } from './engine/engine.ts';
import { collectEvidence, type EvidenceRequest } from './evidence/collect-evidence.ts';
import type { BuildEvidence, Evidence } from './evidence/evidence.ts';
import type { EvidenceNeed } from './evidence/need.ts';
import type { BuiltFrom } from './evidence/rebuild.ts';
import type { GradingRoom } from './open-grader.ts';
import type { KeptAs } from './terminal/kept-images.ts';
import { errorFromFindings, explainFailure } from './verdict/explain-failure.ts';

export interface BuildJob extends Pick<EvidenceRequest, 'needs' | 'run' | 'starterSize' | 'sshSeed'> {
  admission: Admission;
  builtFrom: BuiltFrom;
  /** Without any cached vertex. */
  noCache?: boolean | undefined;
  /** @default limits.build.timeoutMs */
  timeoutMs?: number;
  /** Where the Dockerfile is, when not in the context. */
  dockerfilePath?: string;
  /** Relative paths of the context's files, as they are before `.dockerignore`; for explanations. */
  contextFiles: string[];
  dockerignore: string | undefined;
  /** For its learner to look into afterwards. */
  keepAs?: KeptAs | undefined;
}

export interface JobOptions {
  slot: Slot;
  emit: (event: SubmissionEvent) => void;
  signal: AbortSignal;
}

/** Builds, explains a failure, looks at what was built, and has the image removed before the slot is given back. */
export async function buildAndCollect(job: BuildJob, room: GradingRoom, options: JobOptions): Promise<Evidence> {
  const { admission, builtFrom, needs, run, starterSize } = job;
  const { slot, emit, signal } = options;
  const access = { engine: room.engine, slot, emit, signal };
  emit({ type: 'phase', phase: 'build' });
  const { noCache, timeoutMs, dockerfilePath } = job;
  const built = await buildImage(
    { ...builtFrom, ...{ noCache, timeoutMs, dockerfilePath }, model: admission.dockerfile },
    access,
  );
  const { imageTag } = built;
  try {
    // Before the verdict: whoever sees it may look inside at once.
    if (imageTag !== undefined && job.keepAs !== undefined) await room.keptImages.keep(imageTag, job.keepAs);
    emit({ type: 'phase', phase: 'evidence' });
    const error = built.failure && (await explain(job, built.failure, { room, slot, signal }));
    return await collectEvidence(
      {
        ...{ needs, run, starterSize, builtFrom, sshSeed: job.sshSeed },
        dockerfile: admission.dockerfile,
        text: admission.text,
        build: buildEvidence(built, admission, error),
        imageId: built.imageId,
        baseImageId: baseImageIdOf(admission, room),
        baseImageIdOf: (rootBase) => imageIdOf(rootBase, room),
      },
      access,
    );
  } finally {
    slot.putOff(() => removeBuiltImage(room.engine, imageTag));
    if (job.keepAs !== undefined) slot.putOff(() => room.keptImages.sweep());
  }
}

/** Says in a sentence why it failed, with a look into the stage that lacked something. */
async function explain(
  { admission, builtFrom, contextFiles, dockerignore, timeoutMs }: BuildJob,
  failure: BuildFailure,
  { room, slot, signal }: { room: GradingRoom; slot: Slot; signal: AbortSignal },
): Promise<BuildError> {
  const { dockerfile, text } = admission;
  const look = (stage: number, path: string) =>
    dockerfile &&
    neighboursOf({ build: builtFrom, text, model: dockerfile, stage, path }, { engine: room.engine, slot, signal });
  return explainFailure({
    ...{ failure, dockerfile, contextFiles, dockerignore, timeoutMs },
    usage: await slot.usage(),
    baseImages: room.catalogue.images().map(({ entry }) => entry.name),
    neighbours: async (stage, path) => look(stage, path),
  });
}

function buildEvidence(built: BuildResult, { findings }: Admission, error: BuildError | undefined): BuildEvidence {
  const { ok, durationMs, contextBytes } = built;
  const vertexes = built.vertexes.filter((vertex) => !isPreparation(vertex));
  return { ok, durationMs, contextBytes, error, findings, vertexes };
}

/** Judges a text, and gives its bases the catalogue's own names: what checks compare and pages show. */
export function admitText(
  request: AdmitRequest & { target?: string | undefined },
  { catalogue }: GradingRoom,
): Admission {
  const { target } = request;
  const exampleImages = catalogue.images().map(({ entry }) => entry.name);
  const findImage = (reference: string) => catalogue.find(reference);
  const admission = admit(request, { findImage, exampleImages, ...(target !== undefined && { target }) });
  for (const stage of admission.dockerfile?.stages ?? [])
    stage.rootBase = findImage(stage.rootBase)?.name ?? stage.rootBase;
  return admission;
}

/** What is known of a text that was refused: there is only the text to judge. */
export function refusedEvidence({ dockerfile, findings }: Admission): Evidence {
  const error = errorFromFindings(findings);
  const build = { ok: false, durationMs: 0, contextBytes: undefined, error, findings, vertexes: [] };
  const nothing = { image: undefined, stageFiles: {}, run: undefined, rebuilds: {}, secrets: {}, starter: undefined };
  return { dockerfile, build, ...nothing };
}

/** The catalogue images that the stages which are built stand on. */
export function baseImagesOf(
  { dockerfile }: Admission,
  { catalogue }: GradingRoom,
  { needs = [] }: { needs?: readonly EvidenceNeed[] } = {},
): CatalogueEntry[] {
  // Of a stage that only another target needs, the base has to be there too.
  const all = needs.some(({ kind }) => kind === 'target');
  const stages = dockerfile?.stages.filter((stage) => stage.reachable || all) ?? [];
  const references = stages.flatMap((stage) => [
    ...(stage.baseStage === undefined ? [stage.base] : []),
    ...stage.instructions.flatMap((instruction) => [
      ...(instruction.copy?.from !== undefined && instruction.copy.fromStage === undefined
        ? [instruction.copy.from]
        : []),
      ...instruction.mounts.flatMap((mount) => mount.from ?? []),
    ]),
  ]);
  return references.flatMap((reference) => catalogue.find(reference) ?? []);
}

/** Official only when every base image of this Dockerfile is; without one, as the catalogue is. */
export function sourceOfBases(admission: Admission, room: GradingRoom): CatalogueSource {
  return room.catalogue.sourceOf(baseImagesOf(admission, room).map(({ name }) => name));
}

/** Waits for base images, and has them brought in where nobody does yet. */
export async function bringIn(names: string[], { catalogue }: GradingRoom, signal: AbortSignal): Promise<void> {
  const states = new Map(catalogue.images().map((image) => [image.entry.name, image.state]));
  const lacking = names.filter((name) => states.get(catalogue.find(name)?.name ?? name) !== 'ready');
  if (lacking.length === 0) return;
  const filling = catalogue.fill({ first: lacking, only: true, signal });
  // A full fill may be under way and bring them long before it ends; this one then finds nothing to do.
  filling.catch(() => {});
  await catalogue.ready(lacking, signal);
}

function baseImageIdOf({ dockerfile }: Admission, room: GradingRoom): string | undefined {
  const final = dockerfile?.stages.find((stage) => stage.final);
  return final && imageIdOf(final.rootBase, room);
}

function imageIdOf(name: string, { catalogue }: GradingRoom): string | undefined {
  const entry = catalogue.find(name);
  return entry && catalogue.images().find((image) => image.entry.name === entry.name)?.imageId;
}
