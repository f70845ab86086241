import { z } from 'zod';
import { type Waste, wastedIn } from '../../contract/wasted.ts';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { formatSize } from '../format-size.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { sizeParam } from '../params.ts';
import { count, list, quote } from '../show.ts';

const schema = z.strictObject({
  /** Share of the image's bytes that a container can see. */
  min: z.number().gt(0).max(1).default(0.95),
  /** As many wasted bytes are always fine, so that a tiny image doesn't fail for a tiny file. */
  floor: sizeParam.default(1_000_000),
});
type Params = z.infer<typeof schema>;

export const efficiency: CheckType<Params> = {
  type: 'efficiency',
  schema,
  judges: 'image',
  expected: ({ min, floor }) =>
    `At least ${percent(min)} of the image's bytes can be seen by a container, or at most ${formatSize(floor)} can not.`,
  why: 'A file that a later layer overwrites or deletes is still pushed, pulled and stored with every copy of the image, and nobody can ever use it.',
  needs: () => [{ kind: 'layer-files' }],
  judge({ min, floor }, { image }) {
    if (image === undefined) return notCollected('an image');
    if (image.layers.length === 0) return notCollected('the layers of the image');
    const cut = image.layers.find((layer) => layer.truncated);
    if (cut !== undefined) {
      const message = `There are more files in ${layerTitle(cut)} than can be looked through, so nobody can tell how many bytes are wasted.`;
      return failed({ actual: 'too many files to look through', message, line: cut.line });
    }
    const { bytes, totalBytes, wasted } = wastedIn(image);
    if (totalBytes === 0) return failed({ actual: 'an empty image', message: 'The image holds no bytes at all.' });
    const share = 1 - bytes / totalBytes;
    const actual = `${percent(share)}, ${formatSize(bytes)} wasted`;
    if (bytes <= floor || share >= min) {
      return passed(
        actual,
        `A container can see ${percent(share)} of the image's bytes; ${formatSize(bytes)} are hidden.`,
      );
    }
    const worst = wasted[0];
    const places = list(wasted.slice(0, 3).map(titleOf));
    const more = wasted.length > 3 ? `; ${count(wasted.length - 3, 'file')} more` : '';
    const message = `Of the image, ${formatSize(bytes)} (${percent(1 - share)}) are in files that a later layer hides: ${places}${more}.`;
    return failed({ actual, message, line: worst?.hider?.line ?? worst?.owner?.line });
  },
};

function titleOf({ path, sizeBytes, owner, hider, deleted }: Waste<ImageEvidence['layers'][number]>): string {
  const by = hider === undefined ? '' : ` and ${deleted ? 'deleted' : 'written again'} by ${layerTitle(hider)}`;
  return `${quote(path, 80)} with ${formatSize(sizeBytes)} from ${layerTitle(owner)}${by}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
