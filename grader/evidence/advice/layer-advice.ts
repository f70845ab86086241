/** Advice from the sizes of layers. */
import { formatSize } from '../../checks/format-size.ts';
import { hiddenBytes } from '../../contract/merge-layers.ts';
import type { Advice, InspectedProject } from './advice.ts';

/** Below this a layer is not worth a word. */
const BIG_LAYER_BYTES = 20e6;
const WASTED_BYTES = 1e6;

export function biggestLayerAdvice({ image }: InspectedProject): Advice[] {
  const own = (image?.layers ?? []).filter(({ fromBase }) => !fromBase);
  const biggest = own.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  if (biggest === undefined || biggest.sizeBytes < BIG_LAYER_BYTES) return [];
  const share = Math.round((100 * biggest.sizeBytes) / Math.max(1, image?.sizeBytes ?? 0));
  return [
    {
      message: `The biggest layer of your own has ${formatSize(biggest.sizeBytes)}, ${share} % of the image: ${shorten(biggest.createdBy)}`,
      line: biggest.line,
    },
  ];
}

/** What a later layer deletes or overwrites is still downloaded by everyone. */
export function hiddenBytesAdvice({ image }: InspectedProject): Advice[] {
  if (image === undefined) return [];
  const hidden = hiddenBytes(image.layers, image.files);
  // Nobody can make a base image smaller from above; only what the file's own layers carry can be saved.
  const own = hidden.map((bytes, index) => (image.layers[index]?.fromBase ? 0 : bytes));
  const total = own.reduce((sum, bytes) => sum + bytes, 0);
  if (total < WASTED_BYTES) return [];
  const worst = image.layers[own.indexOf(Math.max(...own))];
  return [
    {
      message: `${formatSize(total)} are in layers but not in the final file system, because a later instruction deletes or overwrites them (most of it in: ${shorten(worst?.createdBy ?? '')}). Delete in the same RUN, or leave it in an earlier stage.`,
      line: worst?.line,
    },
  ];
}

function shorten(createdBy: string): string {
  const text = createdBy
    .replace(/\s*# buildkit$/, '')
    .replace(/^RUN (?:\|\d+ .*? )?\/bin\/sh -c /, 'RUN ')
    .replace(/\s+/g, ' ');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
