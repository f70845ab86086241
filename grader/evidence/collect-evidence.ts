/**
 * The evidence phase as a whole: everything that the checks of an exercise need, each thing once and side by side where
 * nothing depends on it.
 */
import picomatch from 'picomatch';
import { stageFiles } from '../build/stage-files.ts';
import type { SubmissionEvent } from '../contract/submission.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { allTogether } from './all-together.ts';
import type {
  BuildEvidence,
  Evidence,
  ImageEvidence,
  StageFilesEvidence,
  TargetEvidence,
  TwiceEvidence,
} from './evidence.ts';
import { collectImage, type EngineAccess, inspectConfig } from './image.ts';
import { readLockFile } from './lock-file.ts';
import { type MergedNeeds, mergeNeeds } from './merge-needs.ts';
import type { EvidenceNeed, RunSettings, TargetBuild } from './need.ts';
import { type BuiltFrom, rebuildAfterEdit } from './rebuild.ts';
import { runAndProbe } from './run.ts';
import { findSecret } from './secret.ts';
import { cachesWith } from './secret-caches.ts';
import { privateKeysIn, sshProofs } from './ssh.ts';
import type { StarterSize } from './starter-size.ts';
import { buildTarget } from './target.ts';
import { buildTwice } from './twice.ts';

export interface EvidenceRequest {
  needs: readonly EvidenceNeed[];
  dockerfile: DockerfileModel | undefined;
  /** The Dockerfile as it was built (`Admission.text`). */
  text: string;
  build: BuildEvidence;
  /** The build's context and secrets (`secretsFor`), to look into its stages and to build it again. */
  builtFrom: BuiltFrom;
  /** Undefined when nothing was built: then there is only text to judge. */
  imageId: string | undefined;
  /** The catalogue image under the final stage. */
  baseImageId: string | undefined;
  /** The catalogue image of a name at the bottom of any stage. @default none is known */
  baseImageIdOf?: (rootBase: string) => string | undefined;
  run: RunSettings | undefined;
  /** Of the SSH agent that the build was given; needed where a check asks for its proof. */
  sshSeed?: Buffer | undefined;
  /** Asked when a check compares with the starter: `StarterSizes.sizeOf` with everything filled in. */
  starterSize: (signal: AbortSignal) => Promise<StarterSize>;
}

export interface CollectOptions extends EngineAccess {
  slot: Pick<Slot, 'cgroupParent' | 'putOff'>;
  /** Says what is being collected. */
  emit?: (event: Extract<SubmissionEvent, { type: 'phase' }>) => void;
}

/**
 * @throws StagecraftError `engine_unavailable` (retryable), also when it takes longer than `limits.evidence.phaseTimeoutMs`;
 * `bad_input` when the exercise asks for what can't be; `cancelled` or the signal's reason.
 */
export async function collectEvidence(request: EvidenceRequest, options: CollectOptions): Promise<Evidence> {
  const { dockerfile, build, imageId } = request;
  const nothing = { image: undefined, stageFiles: {}, run: undefined, rebuilds: {}, secrets: {}, starter: undefined };
  if (imageId === undefined || dockerfile === undefined) return { dockerfile, build, ...nothing };
  const needs = mergeNeeds(request.needs);
  const builds = needs.rebuilds.size + needs.targets.size + 2 * needs.twice.size;
  const runsMs = needs.reruns.size * (request.run?.readyTimeoutMs ?? 0);
  const timeoutMs = limits.evidence.phaseTimeoutMs + runsMs + builds * limits.evidence.furtherBuildMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const collector = { request, imageId, dockerfile, needs, options };
    const parts = await allTogether((signal) => collectParts(collector, signal), [options.signal, timeout]);
    return { dockerfile, build, ...parts };
  } catch (error) {
    if (!timeout.aborted || options.signal.aborted) throw error;
    const seconds = timeoutMs / 1000;
    throw new StagecraftError(
      'engine_unavailable',
      `Looking at what was built took longer than ${seconds} s. Try again.`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
}

interface Collector {
  request: EvidenceRequest;
  imageId: string;
  dockerfile: DockerfileModel;
  needs: MergedNeeds;
  options: CollectOptions;
}

type Parts = Omit<Evidence, 'dockerfile' | 'build'>;

/** Promises that all start now; the builds among them wait for one another, or they would slow the run down. */
function collectParts(collector: Collector, signal: AbortSignal): { [Key in keyof Parts]: Promise<Parts[Key]> } {
  const { request, imageId, dockerfile, needs, options } = collector;
  const access = { engine: options.engine, slot: options.slot, signal };
  const image = collectImage({ imageId, dockerfile, baseImageId: request.baseImageId }, access);
  const stages = lookIntoStages(collector, access);
  const running = run(collector, access);
  const again = stages.then(() => rebuilds(collector, access));
  const others = again.then(() => targets(collector, access));
  return {
    image,
    run: running,
    // Not beside the other: two containers that start share the processors, and readiness has a deadline.
    reruns: running.then(() => reruns(collector, access)),
    stageFiles: stages.then((found) => sharedOut(found, needs)),
    rebuilds: again,
    targets: others,
    twice: others.then(() => twice(collector, access)),
    secrets: secrets(collector, { image, stages }, access),
    ssh: ssh(collector, { image, stages }, access),
    lockFile: needs.lockFile ? readLockFile(request.builtFrom.contextDir) : Promise.resolve(undefined),
    starter: needs.starter ? starter(collector, access) : Promise.resolve(undefined),
  };
}

type Access = EngineAccess & { slot: Pick<Slot, 'cgroupParent' | 'putOff'> };

function say({ options }: Collector, detail: string): void {
  options.emit?.({ type: 'phase', phase: 'evidence', detail });
}

async function run(collector: Collector, access: Access): Promise<Evidence['run']> {
  const { needs, request, imageId } = collector;
  if (needs.requests === undefined || request.run === undefined) return undefined;
  say(collector, 'Starting the container');
  // Not the collected image: a base image that was never indexed takes its time, and a run needs only the config.
  const image = { id: imageId, config: await inspectConfig(imageId, access) };
  const { requests, stop, healthWaitMs } = needs;
  return runAndProbe({ image, run: request.run, requests, stop, healthWaitMs, slot: access.slot }, access);
}

async function reruns(collector: Collector, access: Access): Promise<NonNullable<Evidence['reruns']>> {
  const { needs, request, imageId } = collector;
  const found: NonNullable<Evidence['reruns']> = {};
  for (const [id, { change, requests }] of needs.reruns) {
    if (request.run === undefined) continue;
    say(collector, `Starting the container again${change.readOnly === true ? ' with a read-only file system' : ''}`);
    const image = { id: imageId, config: await inspectConfig(imageId, access) };
    const run = { ...request.run, ...change };
    found[id] = await runAndProbe({ image, run, requests, slot: access.slot }, access);
  }
  return found;
}

/** One build for all needs; undefined when none has to look into stages. */
async function lookIntoStages(collector: Collector, access: Access): Promise<StageFilesEvidence | undefined> {
  const { needs, request, dockerfile } = collector;
  const asked = [...needs.stageFiles.values()];
  const globs = [...new Set(asked.flatMap((each) => each.globs))];
  const proofs = [
    ...[...needs.secrets.values()].map(({ proof }) => proof.path),
    ...[...needs.ssh.values()].map(({ proof }) => proof),
  ];
  const contents = [...new Set([...asked.flatMap((each) => each.contents), ...proofs])];
  if (globs.length === 0 && contents.length === 0) return undefined;
  say(collector, 'Looking into the stages');
  // A baseline is looked for where the image was built, not in what is shipped; a proof may be anywhere.
  const stages = dockerfile.stages.filter(({ reachable, final }) => reachable && (!final || contents.length > 0));
  return stageFiles(
    {
      ...{ build: request.builtFrom, text: request.text, model: dockerfile, globs, contents },
      stages: stages.map(({ index }) => index),
    },
    access,
  );
}

/** Each need gets what it asked for and no more, so that no check sees another's files. */
function sharedOut(found: StageFilesEvidence | undefined, { stageFiles: asked }: MergedNeeds): Evidence['stageFiles'] {
  if (found === undefined) return {};
  return Object.fromEntries(
    [...asked].map(([id, { globs, contents }]) => {
      const matches = picomatch(globs, { dot: true });
      const files = mapValues(found.found, (paths) => paths.filter((path) => matches(path)));
      const texts = mapValues(found.contents, (byPath) =>
        Object.fromEntries(Object.entries(byPath).filter(([path]) => contents.includes(path))),
      );
      return [id, { ...found, found: files, contents: texts }];
    }),
  );
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

async function rebuilds(collector: Collector, access: Access): Promise<Evidence['rebuilds']> {
  const { needs, request, dockerfile } = collector;
  const found: Evidence['rebuilds'] = {};
  for (const [edit, ids] of needs.rebuilds) {
    say(collector, `Building again after an edit of ${edit}`);
    const unlike = needs.unlike.get(edit) ?? [];
    const rebuilt = await rebuildAfterEdit({ build: request.builtFrom, model: dockerfile, edit, unlike }, access);
    for (const id of ids) found[id] = rebuilt;
  }
  return found;
}

function titleOf({ target, platform }: TargetBuild): string {
  if (platform !== undefined) return `Building for ${platform}`;
  return target === undefined ? 'Building a changed app' : `Building the target ${target}`;
}

async function targets(collector: Collector, access: Access): Promise<Record<string, TargetEvidence>> {
  const { needs, request, dockerfile } = collector;
  const found: Record<string, TargetEvidence> = {};
  for (const { build, ids } of needs.targets.values()) {
    say(collector, titleOf(build));
    const { builtFrom, baseImageIdOf = () => undefined } = request;
    const built = await buildTarget({ builtFrom, text: request.text, model: dockerfile, build, baseImageIdOf }, access);
    for (const id of ids) if (built !== undefined) found[id] = built;
  }
  return found;
}

async function twice(collector: Collector, access: Access): Promise<Record<string, TwiceEvidence>> {
  const { needs, request, dockerfile } = collector;
  const found: Record<string, TwiceEvidence> = {};
  for (const [sourceDateEpoch, ids] of needs.twice) {
    say(collector, 'Building the same once more, to compare');
    const { builtFrom, baseImageId } = request;
    const compared = await buildTwice({ builtFrom, model: dockerfile, baseImageId, sourceDateEpoch }, access);
    for (const id of ids) found[id] = compared;
  }
  return found;
}

async function secrets(
  collector: Collector,
  { image, stages }: { image: Promise<ImageEvidence>; stages: Promise<StageFilesEvidence | undefined> },
  access: Access,
): Promise<Evidence['secrets']> {
  const { needs, request, dockerfile } = collector;
  if (needs.secrets.size === 0) return {};
  const [collected, found] = await Promise.all([image, stages]);
  say(collector, 'Searching the image for the secret');
  const nothingFound: StageFilesEvidence = { ok: true, found: {}, contents: {} };
  const all = [...needs.secrets].map(async ([id, need]) => {
    const secret = request.builtFrom.secrets?.find((each) => each.id === id);
    if (secret === undefined) {
      throw new StagecraftError('internal', `The build was not given the secret ${id} that a check looks for.`);
    }
    const inCaches = await cachesWith(secret, { build: request.builtFrom, model: dockerfile }, access);
    const at = { image: collected, stages: found ?? nothingFound, model: dockerfile, inCaches };
    return findSecret({ secret, need, ...at }, access);
  });
  return Object.fromEntries((await Promise.all(all)).map((evidence) => [evidence.id, evidence]));
}

async function ssh(
  { needs, request }: Collector,
  { image, stages }: { image: Promise<ImageEvidence>; stages: Promise<StageFilesEvidence | undefined> },
  access: Access,
): Promise<NonNullable<Evidence['ssh']>> {
  if (needs.ssh.size === 0) return {};
  const [collected, found] = await Promise.all([image, stages]);
  return sshProofs(found, { needs, seed: request.sshSeed, privateKeys: await privateKeysIn(collected, access) });
}

async function starter(collector: Collector, { signal }: Access): Promise<StarterSize> {
  say(collector, 'Comparing with the starter');
  return collector.request.starterSize(signal);
}
