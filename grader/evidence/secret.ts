/** Looks for the canary in everything that leaves with the image. What the base image brought is not searched. */

import type { DockerfileModel } from '../dockerfile/model.ts';
import type { LayerMatch } from '../engine/engine.ts';
import { canaryFor, isProof, registryTokenFor, traceForms } from './canary.ts';
import type { ImageEvidence, SecretEvidence, StageFilesEvidence } from './evidence.ts';
import type { EngineAccess } from './image.ts';
import type { EvidenceNeed, SecretNeed, SecretProof } from './need.ts';
import { plainText } from './plain-text.ts';

export interface BuildSecret {
  id: string;
  /** The canary. */
  value: string;
}

/** The build secrets that an exercise's checks ask for; give them to every build of the submission. */
export function secretsFor(
  needs: readonly EvidenceNeed[],
  { key, learner, exercise }: { key: Buffer; learner: string; exercise: string },
): BuildSecret[] {
  const asked = new Map(needs.flatMap((need) => (need.kind === 'secret' ? [[need.id, need] as const] : [])));
  return [...asked].map(([id, { proof }]) => {
    const valueFor = proof.package === undefined ? canaryFor : registryTokenFor;
    return { id, value: valueFor(key, { learner, exercise, secretId: id }) };
  });
}

/** Build arguments that hold secrets, where an exercise gives them the old way too. */
export function secretArgs(needs: readonly EvidenceNeed[], secrets: readonly BuildSecret[]): Record<string, string> {
  const args = needs.flatMap((need): [string, string][] => {
    const value = need.kind === 'secret' ? secrets.find(({ id }) => id === need.id)?.value : undefined;
    return need.kind === 'secret' && need.buildArg !== undefined && value !== undefined ? [[need.buildArg, value]] : [];
  });
  return Object.fromEntries(args);
}

/** Stages that the image needs and that ask for a build argument: their history holds its value. */
export function argStages(model: DockerfileModel, name: string | undefined): SecretEvidence['inArgs'] {
  if (name === undefined) return [];
  return model.stages
    .filter(({ reachable }) => reachable)
    .flatMap(({ name: alias, index, instructions }) =>
      instructions
        .filter(({ keyword, words = [] }) => keyword === 'ARG' && words.some((word) => word.split('=')[0] === name))
        .map(({ line }) => ({ stage: alias ?? `number ${index + 1}`, line })),
    );
}

export interface SecretToFind {
  secret: BuildSecret;
  need: SecretNeed;
  model: DockerfileModel;
  image: ImageEvidence;
  /** Must have read the proof file. */
  stages: StageFilesEvidence;
  /** Ids of cache mounts that hold it. */
  inCaches: string[];
}

export async function findSecret(
  { secret, need, model, image, stages, inCaches }: SecretToFind,
  { engine, signal }: EngineAccess,
): Promise<SecretEvidence> {
  const diffIds = image.layers.filter(({ fromBase }) => !fromBase).map(({ diffId }) => diffId);
  const inFiles =
    diffIds.length === 0 ? [] : await engine.searchLayers({ imageId: image.id, diffIds, needle: secret.value }, signal);
  return {
    id: secret.id,
    ...tracesOf(image, secret.value),
    layers: [...inFiles, ...inFileNames(image, secret.value)],
    inCaches,
    inArgs: argStages(model, need.buildArg),
    ...proofIn(stages, { proof: need.proof, canary: secret.value }),
  };
}

/** Pure: where the canary stands in the image's own words. */
export function tracesOf(
  image: Pick<ImageEvidence, 'history' | 'config'>,
  canary: string,
): Pick<SecretEvidence, 'inHistory' | 'inConfig' | 'inEnv'> {
  const forms = traceForms(canary);
  const holds = (value: unknown) => forms.some((form) => JSON.stringify(value ?? null).includes(form));
  const { env, ...config } = image.config;
  return {
    inHistory: image.history
      .filter(({ createdBy, comment }) => holds([createdBy, comment]))
      .map(({ createdBy }) => createdBy),
    inConfig: Object.entries(config)
      .filter(([, value]) => holds(value))
      .map(([name]) => name),
    inEnv: Object.entries(env)
      .filter((variable) => holds(variable))
      .map(([name]) => name),
  };
}

/** Names and link targets are in the layer too. */
function inFileNames(image: ImageEvidence, canary: string): LayerMatch[] {
  const [plain = '', ...encoded] = traceForms(canary);
  return image.layers
    .filter(({ fromBase }) => !fromBase)
    .flatMap(({ diffId, entries }) =>
      entries.flatMap(({ path, linkTarget = '' }): LayerMatch[] => {
        const text = `${path}\n${linkTarget}`;
        if (text.includes(plain)) return [{ diffId, path, how: 'plain' }];
        return encoded.some((form) => text.includes(form)) ? [{ diffId, path, how: 'base64' }] : [];
      }),
    );
}

const SHOWN_CHARACTERS = 100;

/** Pure: whether any stage proves that the secret was readable, and what stands there instead. */
export function proofIn(
  stages: StageFilesEvidence,
  { proof, canary }: { proof: SecretProof; canary: string },
): Pick<SecretEvidence, 'readable' | 'proofFound' | 'proofMessage'> {
  if (!stages.ok) return { readable: false, proofFound: undefined, proofMessage: stages.message };
  const found = Object.values(stages.contents).flatMap((files) =>
    Object.hasOwn(files, proof.path) ? [files[proof.path] ?? ''] : [],
  );
  const proves = (content: string) =>
    proof.package === undefined ? isProof(content, canary) : content.includes(JSON.stringify(proof.package));
  if (found.some(proves)) return { readable: true, proofFound: undefined };
  const shown = found[0] === undefined ? undefined : plainText(found[0], SHOWN_CHARACTERS).trim();
  // A learner who puts the secret itself there must not have it printed into a report.
  const leaks = shown !== undefined && traceForms(canary).some((form) => found[0]?.includes(form));
  return { readable: false, proofFound: leaks ? 'the secret itself' : shown };
}
