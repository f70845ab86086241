import { z } from 'zod';
import type { InstructionModel } from '../../dockerfile/model.ts';
import type { LayerMatch } from '../../engine/engine.ts';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { absolutePathParam } from '../params.ts';
import { plain, quote, sentence } from '../show.ts';

const schema = z.strictObject({
  /** File of any stage: what `ssh-add -L` prints, or a signature where `signs` is given. */
  proof: absolutePathParam,
  /** The exact text that has to be signed with `ssh-keygen -Y sign`. */
  signs: z.string().min(1).optional(),
});
type Params = z.infer<typeof schema>;

export const ssh: CheckType<Params> = {
  type: 'ssh',
  schema,
  judges: 'image',
  expected: ({ proof, signs }) =>
    `A step uses the SSH agent of whoever builds, and ${proof} of some stage holds ${signs === undefined ? "the agent's public key" : 'a signature by its key'}. No private key is in the image.`,
  why: 'A key that is copied into a build is in the hands of everyone who gets the layer; an agent signs for one step and never gives its key away.',
  needs: ({ proof, signs }, checkId) => [{ kind: 'ssh', id: checkId, proof, signs }],
  judge({ proof, signs }, evidence, checkId) {
    const found =
      evidence.ssh !== undefined && Object.hasOwn(evidence.ssh, checkId) ? evidence.ssh[checkId] : undefined;
    if (evidence.image === undefined || found === undefined) return notCollected("the proof of the agent's use");
    const key = found.privateKeys[0];
    if (key !== undefined) return keyInImage(key, evidence.image);
    if (signs === undefined ? found.listed : found.signed) {
      const how = signs === undefined ? 'listed its key' : 'signed with its key';
      return passed('the agent was used', `A step was given the SSH agent, which ${how}.`);
    }
    const mounts = mountsOf(evidence);
    const line = mounts[0]?.line;
    if (found.message !== undefined) {
      const message = `The stages could not be searched for ${quote(proof)}: ${sentence(plain(found.message, 300))}`;
      return failed({ actual: 'stages that can not be read', message, line });
    }
    const mounted = mounts.length === 0 ? ' No RUN mounts the agent, so no step could reach it.' : '';
    const wanted =
      signs === undefined ? "the agent's public key" : `a signature of ${quote(signs, 60)} by the agent's key`;
    const holds =
      found.found === undefined
        ? `No stage has the file ${quote(proof)}`
        : `The file ${quote(proof)} holds ${quote(found.found, 80)}`;
    return failed({ actual: 'no proof', message: `${holds}; it should hold ${wanted}.${mounted}`, line });
  },
};

function keyInImage({ diffId, path, how }: LayerMatch, image: ImageEvidence): Judgement {
  const layer = image.layers.find((each) => each.diffId === diffId);
  const as = how === 'plain' ? '' : `, as ${how}`;
  return failed({
    actual: 'a private key in the image',
    message: `A private key of SSH is in ${quote(path, 100)}${as} (${layerTitle(layer)}). Whoever can pull the image has it, also when a later step deletes the file.`,
    line: layer?.line,
  });
}

function mountsOf({ dockerfile }: Evidence): InstructionModel[] {
  return (dockerfile?.instructions ?? []).filter(({ mounts }) =>
    mounts.some(({ type }) => type?.toLowerCase() === 'ssh'),
  );
}
