/** Looks for the canary in everything that leaves with the image. What the base image brought is not searched. */
import type { LayerMatch } from '../engine/engine.ts';
import { canaryFor, isProof, traceForms } from './canary.ts';
import type { EvidenceNeed, ImageEvidence, SecretEvidence, StageFilesEvidence } from './evidence.ts';
import type { EngineAccess } from './image.ts';
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
  const ids = new Set(needs.flatMap((need) => (need.kind === 'secret' ? [need.id] : [])));
  return [...ids].map((id) => ({ id, value: canaryFor(key, { learner, exercise, secretId: id }) }));
}

export interface SecretToFind {
  secret: BuildSecret;
  /** Path of the file that proves that the secret was readable. */
  proof: string;
  image: ImageEvidence;
  /** Must have read the proof file. */
  stages: StageFilesEvidence;
}

export async function findSecret(
  { secret, proof, image, stages }: SecretToFind,
  { engine, signal }: EngineAccess,
): Promise<SecretEvidence> {
  const diffIds = image.layers.filter(({ fromBase }) => !fromBase).map(({ diffId }) => diffId);
  const inFiles =
    diffIds.length === 0 ? [] : await engine.searchLayers({ imageId: image.id, diffIds, needle: secret.value }, signal);
  return {
    id: secret.id,
    ...tracesOf(image, secret.value),
    layers: [...inFiles, ...inFileNames(image, secret.value)],
    ...proofIn(stages, { proof, canary: secret.value }),
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
  { proof, canary }: { proof: string; canary: string },
): Pick<SecretEvidence, 'readable' | 'proofFound' | 'proofMessage'> {
  if (!stages.ok) return { readable: false, proofFound: undefined, proofMessage: stages.message };
  const found = Object.values(stages.contents).flatMap((files) =>
    Object.hasOwn(files, proof) ? [files[proof] ?? ''] : [],
  );
  if (found.some((content) => isProof(content, canary))) return { readable: true, proofFound: undefined };
  const shown = found[0] === undefined ? undefined : plainText(found[0], SHOWN_CHARACTERS).trim();
  // A learner who puts the secret itself there must not have it printed into a report.
  const leaks = shown !== undefined && traceForms(canary).some((form) => found[0]?.includes(form));
  return { readable: false, proofFound: leaks ? 'the secret itself' : shown };
}
