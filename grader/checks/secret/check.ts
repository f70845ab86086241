import { z } from 'zod';
import { instructionOf } from '../../contract/instruction-of.ts';
import type { ImageEvidence, SecretEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { absolutePathParam } from '../params.ts';
import { count, list, onLine, plain, quote } from '../show.ts';

const schema = z.strictObject({
  /** Of the build secret, as in `RUN --mount=type=secret,id=…`. */
  secretId: z.string().regex(/^[\w.-]+$/, 'expected the id of a build secret, like npm-token'),
  /** A file of any stage that holds the SHA-256 of the secret: proof that it was readable during the build. */
  proof: absolutePathParam,
  /** The secret is a token of the private registry, and `proof` is the package.json of this package from there. */
  package: z
    .string()
    .regex(/^@[\w-]+\/[\w.-]+$/, 'expected a package with a scope, like @team/name')
    .optional(),
  /** The build gets the secret as this ARG too, and no stage may take it. */
  buildArg: z
    .string()
    .regex(/^(?!BUILDKIT_)[A-Za-z_]\w*$/, 'expected the name of an ARG, like NPM_TOKEN')
    .optional(),
  /** Whether the secret has to be used at all. */
  required: z.boolean().default(true),
});
type Params = z.infer<typeof schema>;

export const secret: CheckType<Params> = {
  type: 'secret',
  schema,
  judges: 'image',
  expected: ({ secretId, required }) =>
    `The build ${required ? 'uses' : 'may use'} the secret ${secretId}, and nothing of it stays in the image.`,
  why: 'Anyone who can pull an image can read every layer, its history and its environment: a token in any of them is published.',
  needs: ({ secretId, proof, package: name, buildArg }) => [
    { kind: 'secret', id: secretId, proof: { path: proof, package: name }, buildArg },
  ],
  judge(params, { image, secrets }) {
    const evidence = Object.hasOwn(secrets, params.secretId) ? secrets[params.secretId] : undefined;
    if (image === undefined) return notCollected('an image');
    if (evidence === undefined) return notCollected(`where the secret ${params.secretId} went`);
    const leaks = [...layerLeaks(image, evidence), ...historyLeaks(image, evidence), ...configLeaks(evidence)];
    if (leaks.length > 0) return leaked(leaks);
    if (evidence.inArgs.length > 0) return givenAsArg(params, evidence);
    if (evidence.inCaches.length > 0) return keptInCache(evidence);
    if (evidence.readable) {
      return passed(
        'used and not found',
        `The secret ${params.secretId} was readable during the build and is nowhere in the image.`,
      );
    }
    if (!params.required)
      return passed('not used and not found', `Nothing of the secret ${params.secretId} is in the image.`);
    return neverReadable(params, evidence);
  },
};

interface Leak {
  /** Goes after `The secret is`. */
  where: string;
  line: number | undefined;
}

function layerLeaks(image: ImageEvidence, { layers }: SecretEvidence): Leak[] {
  return layers.map(({ diffId, path, how }) => {
    const layer = image.layers.find((each) => each.diffId === diffId);
    const as = how === 'plain' ? '' : `, as ${how}`;
    return { where: `in ${quote(path, 100)}${as} (${layerTitle(layer)})`, line: layer?.line };
  });
}

function historyLeaks(image: ImageEvidence, { inHistory }: SecretEvidence): Leak[] {
  return inHistory.map((text) => {
    const line = image.history.find(({ createdBy }) => createdBy === text)?.line;
    // Only the instruction's first words: what follows may be the secret itself.
    return { where: `in the history of ${quote(instructionOf(text), 24)}${onLine(line)}`, line };
  });
}

function configLeaks({ inEnv, inConfig }: SecretEvidence): Leak[] {
  return [
    ...inEnv.map((name) => ({
      where: `in the environment variable ${quote(name.split('=')[0] ?? '', 60)}`,
      line: undefined,
    })),
    ...inConfig.map((part) => ({ where: `in the image's settings (${plain(part, 60)})`, line: undefined })),
  ];
}

function leaked(leaks: Leak[]): Judgement {
  const places = list(leaks.map(({ where }) => where));
  return failed({
    actual: `found in ${count(leaks.length, 'place')}`,
    message: `The secret is ${places}. Deleting it in a later step does not take it out of the layers below.`,
    line: leaks.find(({ line }) => line !== undefined)?.line,
  });
}

/** Only the last stage's history travels with the image, but the build's own record has the argument of every stage. */
function givenAsArg({ buildArg, secretId }: Params, { inArgs }: SecretEvidence): Judgement {
  const stages = list([...new Set(inArgs.map(({ stage }) => `the stage ${quote(stage, 40)}`))]);
  return failed({
    actual: 'taken as a build argument',
    message: `The secret is the build argument ${plain(buildArg ?? '', 60)} of ${stages}. Its value stands in the history of that stage, in the build cache and in the provenance that a build can push with its image. Take the secret ${secretId} with a mount instead.`,
    line: inArgs[0]?.line,
  });
}

function keptInCache({ inCaches }: SecretEvidence): Judgement {
  const caches = list(inCaches.map((id) => quote(id, 60)));
  return failed({
    actual: 'kept in a cache mount',
    message: `The secret is in the cache mount ${caches}, where every later build can read it. Keep it out of there, and give the cache mount another id: what is in it now stays.`,
    line: undefined,
  });
}

/** A secret that was never there can't leak: its absence proves nothing. */
function neverReadable(params: Params, evidence: SecretEvidence): Judgement {
  return failed({
    actual: 'not readable during the build',
    message: `The secret ${params.secretId} is nowhere in the image, but it was not readable during the build either, so that proves nothing. ${proofState(params, evidence)}.`,
  });
}

function proofState({ proof, package: name }: Params, { proofFound, proofMessage }: SecretEvidence): string {
  if (proofMessage !== undefined) return `The stages could not be searched for the proof: ${quote(proofMessage, 200)}`;
  if (proofFound === undefined) return `No stage has the file ${quote(proof, 80)} that shows it`;
  if (name !== undefined) return `${quote(proof, 80)} is not that of ${name}: it holds ${quote(proofFound, 80)}`;
  return `${quote(proof, 80)} should hold its SHA-256, but holds ${quote(proofFound, 80)}`;
}
