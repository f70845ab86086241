/** The throw-away key of a learner's SSH agent, what a proof file says about its use, and keys that lie in the image. */
import { createHmac } from 'node:crypto';
import { isSignatureOf, publicKeyOf } from '../build/ssh-agent.ts';
import type { LayerMatch } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import type { ImageEvidence, SshEvidence, StageFilesEvidence } from './evidence.ts';
import type { EngineAccess } from './image.ts';
import type { MergedNeeds } from './merge-needs.ts';
import { plainText } from './plain-text.ts';

/** The same for the same learner and exercise, or no build with an agent would ever be cached. */
export function sshSeedFor({ key, learner, exercise }: { key: Buffer; learner: string; exercise: string }): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['ssh', learner, exercise]))
    .digest();
}

const SHOWN_CHARACTERS = 100;

/** How every private key begins that OpenSSH writes. */
const KEY_BEGINS = '-----BEGIN OPENSSH PRIVATE KEY-----';

/** Private keys in the layers that the Dockerfile made. What the base image brought is not searched. */
export async function privateKeysIn(image: ImageEvidence, { engine, signal }: EngineAccess): Promise<LayerMatch[]> {
  const diffIds = image.layers.filter(({ fromBase }) => !fromBase).map(({ diffId }) => diffId);
  if (diffIds.length === 0) return [];
  return engine.searchLayers({ imageId: image.id, diffIds, needle: KEY_BEGINS }, signal);
}

export interface SshProofContext {
  needs: Pick<MergedNeeds, 'ssh'>;
  seed: Buffer | undefined;
  /** Of `privateKeysIn`. */
  privateKeys: LayerMatch[];
}

/** Pure: by the id of each need. @throws StagecraftError `internal` when the build was given no agent */
export function sshProofs(
  stages: StageFilesEvidence | undefined,
  { needs, seed, privateKeys }: SshProofContext,
): Record<string, SshEvidence> {
  if (needs.ssh.size === 0) return {};
  if (seed === undefined) {
    throw new StagecraftError('internal', 'The build was given no SSH agent, but a check looks for its proof.');
  }
  const proofs = [...needs.ssh].map(([id, { proof, signs }]): [string, SshEvidence] => {
    if (stages?.ok !== true) {
      return [id, { listed: false, signed: false, found: undefined, privateKeys, message: stages?.message }];
    }
    const contents = Object.values(stages.contents).flatMap((files) =>
      Object.hasOwn(files, proof) ? [files[proof] ?? ''] : [],
    );
    const blob = publicKeyOf(seed).split(' ')[1] ?? '';
    return [
      id,
      {
        listed: contents.some((content) => content.includes(blob)),
        signed: signs !== undefined && contents.some((armored) => isSignatureOf(signs, { armored, seed })),
        found: contents[0] === undefined ? undefined : plainText(contents[0], SHOWN_CHARACTERS).trim(),
        privateKeys,
      },
    ];
  });
  return Object.fromEntries(proofs);
}
