/** For tests only: an image out of a few lines. */
import type { ImageLayers, LayerEntry } from '../../../grader/contract/layers.ts';
import { type ImageModel, imageModel } from './image-model.ts';

export const file = (path: string, sizeBytes: number, extra: Partial<LayerEntry> = {}): LayerEntry => ({
  ...{ path, type: 'file', sizeBytes, mode: 0o644, uid: 0, gid: 0 },
  ...extra,
});

export const gone = (path: string) => file(path, 0, { type: 'whiteout' });

export interface TestLayer {
  createdBy?: string;
  line?: number;
  fromBase?: boolean;
  /** Undefined: not listed. */
  entries?: LayerEntry[];
  sizeBytes?: number;
  files?: ImageLayers['layers'][number]['files'];
}

export function testImage(...layers: TestLayer[]): ImageModel {
  const own = layers.map(
    ({ createdBy = 'RUN something', fromBase = false, entries, files = 'here', ...rest }, index) => ({
      ...{ createdBy, fromBase, files, diffId: `sha256:${index}`, line: fromBase ? undefined : index + 1 },
      ...{ sizeBytes: (entries ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), entries: entries?.length },
      ...rest,
    }),
  );
  const sizeBytes = own.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const listed = layers.flatMap(({ entries }, index) =>
    entries ? ([[`sha256:${index}`, entries]] as [string, LayerEntry[]][]) : [],
  );
  const image = { sizeBytes, baseImage: 'node:20-slim', layers: own };
  return imageModel(image, new Map(listed));
}
