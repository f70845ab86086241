/** What an image weighs at least: as much as the base it stands on. Pure. */
import type { CatalogueView } from '../../../grader/contract/exercise.ts';
import type { GraphFacts } from './graph-facts.ts';

type Images = CatalogueView['images'];

export type SizeFloor =
  /** There is no stage to ship. */
  | { kind: 'none' }
  | { kind: 'scratch' }
  | { kind: 'known'; image: string; bytes: number }
  /** In the catalogue, but not made or pulled yet. */
  | { kind: 'not-ready'; image: string }
  | { kind: 'unknown'; image: string };

/** One spelling of an image's name: without Docker Hub's own prefixes, with a tag. */
function plainName(reference: string): string {
  const short = reference.replace(/^(?:(?:index\.)?docker\.io|registry-1\.docker\.io)\//, '').replace(/^library\//, '');
  return short.includes(':', short.lastIndexOf('/') + 1) ? short : `${short}:latest`;
}

/** The image of the catalogue that a FROM or a COPY --from means. */
export function imageOf(reference: string, images: Images): Images[number] | undefined {
  const wanted = plainName(reference);
  return images.find(({ name, aliases }) => [name, ...aliases].some((each) => plainName(each) === wanted));
}

/** Bytes of the image at the bottom of a stage; 0 for scratch, undefined when it is not known. */
export function baseBytes(rootBase: string, images: Images): number | undefined {
  return rootBase === 'scratch' ? 0 : imageOf(rootBase, images)?.sizeBytes;
}

/** A lower bound of the size of what is shipped: layers only add to a base, nothing takes from it. */
export function sizeFloor({ stages }: Pick<GraphFacts, 'stages'>, images: Images): SizeFloor {
  const final = stages.find((stage) => stage.final);
  if (!final) return { kind: 'none' };
  if (final.rootBase === 'scratch') return { kind: 'scratch' };
  const image = imageOf(final.rootBase, images);
  if (!image) return { kind: 'unknown', image: final.rootBase };
  if (image.sizeBytes === undefined) return { kind: 'not-ready', image: image.name };
  return { kind: 'known', image: image.name, bytes: image.sizeBytes };
}
