import { z } from 'zod';
import type { Evidence, ImageEvidence, RebuildEvidence } from '../../evidence/evidence.ts';
import { readSteps } from '../cache/rebuilt-steps.ts';
import type { CheckType, Judgement } from '../check.ts';
import { formatSize, formatSizes } from '../format-size.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { contextPathParam, sizeParam } from '../params.ts';
import { plain, sentence } from '../show.ts';

const schema = z.strictObject({
  /** A file of the app, relative to its folder. */
  edit: contextPathParam,
  /** Bytes once parsed: of all layers that the edit makes anew. */
  max: sizeParam,
});
type Params = z.infer<typeof schema>;
type Layer = ImageEvidence['layers'][number];

export const update: CheckType<Params> = {
  type: 'update',
  schema,
  judges: 'image',
  expected: ({ edit, max }) => `After an edit of ${edit}, at most ${formatSize(max)} of layers are made anew.`,
  why: 'A machine that has the last version pulls only the layers that changed: small ones make an update quick and a registry small.',
  needs: ({ edit }, checkId) => [{ kind: 'rebuild', id: checkId, edit }],
  tighter: (params, share) => ({ ...params, max: Math.floor(params.max * (1 - share)) }),
  judge(params, evidence, checkId) {
    const { image } = evidence;
    const rebuild = Object.hasOwn(evidence.rebuilds, checkId) ? evidence.rebuilds[checkId] : undefined;
    if (image === undefined) return notCollected('an image');
    if (rebuild === undefined) return notCollected('a second build');
    if (!rebuild.ok) {
      const message = `The build after an edit of ${params.edit} failed: ${sentence(plain(rebuild.message ?? 'no reason was given', 300))}`;
      return failed({ actual: 'the second build failed', message });
    }
    return judgeLayers(params, { image, changed: changedLayers(image, { rebuild, evidence }) });
  },
};

/** Layers whose step was not taken from the cache; a step that no longer shows counts as taken from it. */
function changedLayers(
  image: ImageEvidence,
  { rebuild, evidence }: { rebuild: RebuildEvidence; evidence: Evidence },
): Layer[] {
  const steps = readSteps(rebuild.vertexes, evidence.dockerfile);
  const again = new Set(steps.filter(({ cached }) => !cached).map(({ line }) => line));
  return image.layers.filter(({ fromBase, line }) => !fromBase && line !== undefined && again.has(line));
}

function judgeLayers({ edit, max }: Params, { image, changed }: { image: ImageEvidence; changed: Layer[] }): Judgement {
  if (changed.length === 0) {
    const message = `After an edit of ${edit} no layer of the image is made anew: the file never reaches the image, so that proves nothing. Look at what the last stage copies, and at .dockerignore.`;
    return failed({ actual: 'the edit reaches no layer', message });
  }
  const total = changed.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const [found, allowed] = formatSizes(total, max);
  const own = formatSize(
    image.layers.filter(({ fromBase }) => !fromBase).reduce((sum, layer) => sum + layer.sizeBytes, 0),
  );
  if (total <= max) {
    return passed(found, `After an edit of ${edit}, ${found} of the ${own} above the base image are made anew.`);
  }
  const largest = changed.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0] as Layer;
  const message = `After an edit of ${edit}, ${found} of the ${own} above the base image are made anew; the limit is ${allowed}. The largest of these layers is ${formatSize(largest.sizeBytes)}, made by ${layerTitle(largest)}: it holds what changed together with what did not, or it lies above a layer that changed.`;
  return failed({ actual: found, message, line: largest.line });
}
