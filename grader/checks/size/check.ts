import { z } from 'zod';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalChain } from '../dockerfile-walk.ts';
import { formatSize, formatSizes } from '../format-size.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { sizeParam } from '../params.ts';

const schema = z
  .strictObject({
    /** Bytes once parsed. */
    max: sizeParam.optional(),
    /** Share of the size of the exercise's starter, measured on the catalogue in use. */
    ofStarter: z.number().gt(0).max(1).optional(),
  })
  .refine((params) => params.max !== undefined || params.ofStarter !== undefined, {
    error: 'expected `max` or `ofStarter`, found neither',
  });
type Params = z.infer<typeof schema>;
type Layer = ImageEvidence['layers'][number];

export const size: CheckType<Params> = {
  type: 'size',
  schema,
  judges: 'image',
  expected({ max, ofStarter }) {
    const parts = [
      ...(max === undefined ? [] : [`at most ${formatSize(max)}`]),
      ...(ofStarter === undefined ? [] : [`at most ${percent(ofStarter)} of the starter's size`]),
    ];
    return `The image is ${parts.join(' and ')}.`;
  },
  why: 'Every megabyte is pulled again on each new machine: it costs start-up time, registry space and CI minutes.',
  needs: ({ ofStarter }) => (ofStarter === undefined ? [] : [{ kind: 'starter' }]),
  tighter: ({ max, ofStarter }, share) => ({
    ...(max !== undefined && { max: Math.floor(max * (1 - share)) }),
    ...(ofStarter !== undefined && { ofStarter: ofStarter * (1 - share) }),
  }),
  judge(params, { dockerfile, image, starter }) {
    if (image === undefined) return notCollected('an image');
    const limit = tightestLimit(params, starter);
    if (limit === undefined) return notCollected("the starter's size");
    const sizes = { maxBytes: limit.bytes, ...(limit.starterBytes && { starterBytes: limit.starterBytes }) };
    if (image.sizeBytes > limit.bytes) return { ...tooBig({ dockerfile, image, limit }), sizes };
    // An absolute limit may hold while the share could not be looked at.
    if (params.ofStarter !== undefined && starter === undefined) return notCollected("the starter's size");
    const [found, allowed] = formatSizes(image.sizeBytes, limit.bytes);
    return { ...passed(found, `The image is ${found}; ${limit.name} is ${allowed}.`), sizes };
  },
};

interface TooBig {
  dockerfile: Evidence['dockerfile'];
  image: ImageEvidence;
  limit: Limit;
}

interface Limit {
  bytes: number;
  name: string;
  /** Where it is a share of that. */
  starterBytes?: number;
}

function tightestLimit({ max, ofStarter }: Params, starter: Evidence['starter']): Limit | undefined {
  const limits: Limit[] = [];
  if (max !== undefined) limits.push({ bytes: max, name: 'the limit' });
  if (ofStarter !== undefined && starter !== undefined) {
    const name = `${percent(ofStarter)} of the starter (${formatSize(starter.sizeBytes)})`;
    const starterBytes = starter.sizeBytes;
    limits.push({ bytes: Math.floor(starterBytes * ofStarter), name, starterBytes });
  }
  return limits.toSorted((one, other) => one.bytes - other.bytes)[0];
}

function tooBig({ dockerfile, image, limit }: TooBig): Judgement {
  const [found, allowed] = formatSizes(image.sizeBytes, limit.bytes);
  const base = image.layers.filter((layer) => layer.fromBase).reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const own = image.layers.filter((layer) => !layer.fromBase && layer.sizeBytes > 0);
  const biggest = own.toSorted((one, other) => other.sizeBytes - one.sizeBytes)[0];
  const verdict = `The image is ${found}, but ${limit.name} is ${allowed}.`;
  if (base > limit.bytes || biggest === undefined) {
    const line = finalChain(dockerfile).at(-1)?.line;
    const brings =
      base === 0 ? 'No layer of this Dockerfile adds to it' : `Its base image alone brings ${formatSize(base)}`;
    const more = biggest === undefined ? '' : `; on top of that, ${sized(biggest)} is the biggest layer`;
    return failed({ actual: found, message: `${verdict} ${brings}${more}.`, line });
  }
  const share = base === 0 ? '' : `; the base image brings ${formatSize(base)}`;
  const message = `${verdict} The biggest layer of this Dockerfile is ${sized(biggest)}${share}.`;
  return failed({ actual: found, message, line: biggest.line });
}

function sized(layer: Layer): string {
  return `${layerTitle(layer)} with ${formatSize(layer.sizeBytes)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
