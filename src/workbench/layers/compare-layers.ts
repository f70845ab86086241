/** What became of each layer from one image to another: layers are the same when the same instruction made them. Pure. */
import { diffLists } from '../compare/line-diff.ts';
import type { ImageLayer, ImageModel } from './image-model.ts';

export interface LayerChange {
  kind: 'came' | 'went' | 'grew' | 'shrank' | 'same';
  /** What both brought from their base; then there is no instruction. */
  base: boolean;
  instruction: string;
  /** Of the image after; undefined for what went. */
  line: number | undefined;
  beforeBytes: number | undefined;
  afterBytes: number | undefined;
}

/** The base first, then as the layers lie on one another. */
export function compareLayers(before: ImageModel, after: ImageModel): LayerChange[] {
  const [own, now] = [ownLayers(before), ownLayers(after)];
  const changes = diffLists(
    own.map(({ instruction }) => instruction),
    now.map(({ instruction }) => instruction),
  ).map((each): LayerChange => {
    const was = each.before === undefined ? undefined : own[each.before - 1];
    const is = each.after === undefined ? undefined : now[each.after - 1];
    return {
      ...{ base: false, instruction: each.text, line: is?.line },
      ...sizes(was?.sizeBytes, is?.sizeBytes),
    };
  });
  if (before.baseBytes === 0 && after.baseBytes === 0) return changes;
  const base = sizes(before.baseBytes || undefined, after.baseBytes || undefined);
  return [{ base: true, instruction: '', line: undefined, ...base }, ...changes];
}

const ownLayers = ({ layers }: ImageModel): ImageLayer[] => layers.filter(({ fromBase }) => !fromBase);

function sizes(
  beforeBytes: number | undefined,
  afterBytes: number | undefined,
): Pick<LayerChange, 'kind' | 'beforeBytes' | 'afterBytes'> {
  return { kind: kindOf(beforeBytes, afterBytes), beforeBytes, afterBytes };
}

function kindOf(beforeBytes: number | undefined, afterBytes: number | undefined): LayerChange['kind'] {
  if (beforeBytes === undefined) return 'came';
  if (afterBytes === undefined) return 'went';
  if (beforeBytes === afterBytes) return 'same';
  return afterBytes > beforeBytes ? 'grew' : 'shrank';
}
