/** Fetches the layers of a submission with their files. A layer that was fetched once is known, whichever attempt has it. */
import { decodeLayerFiles, type LayerEntry, type SubmissionLayers } from '../../../grader/contract/layers.ts';
import { ApiFailure, getLayerFiles, getLayers } from '../../api/client.ts';
import { type ImageModel, imageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';

/** By diff id; the one used longest ago first. */
const known = new Map<string, readonly LayerEntry[]>();
let knownEntries = 0;

function keep(diffId: string, entries: readonly LayerEntry[]): void {
  if (!known.delete(diffId)) knownEntries += entries.length;
  known.set(diffId, entries);
  for (const [oldest, { length }] of known) {
    if (knownEntries <= layerLimits.keptEntriesMax || oldest === diffId) break;
    known.delete(oldest);
    knownEntries -= length;
  }
}

/** @throws ApiFailure with a sentence for people. */
export async function loadImage(submission: string, signal: AbortSignal): Promise<ImageModel> {
  const image = await getLayers(submission, { signal });
  return imageModel(image, await filesOf(image, signal));
}

async function filesOf(image: SubmissionLayers, signal: AbortSignal): Promise<Map<string, readonly LayerEntry[]>> {
  const found = new Map<string, readonly LayerEntry[]>();
  const wanted = [...new Set(image.layers.flatMap(({ diffId, files }) => (files === 'here' && diffId ? diffId : [])))];
  const next = async (): Promise<void> => {
    for (let diffId = wanted.shift(); diffId !== undefined; diffId = wanted.shift()) {
      const entries = known.get(diffId) ?? (await fetchFiles(image.submission, diffId, signal));
      if (entries === undefined) continue;
      keep(diffId, entries);
      found.set(diffId, entries);
    }
  };
  await Promise.all(Array.from({ length: layerLimits.requestsAtOnceMax }, next));
  return found;
}

async function fetchFiles(submission: string, diffId: string, signal: AbortSignal) {
  try {
    return decodeLayerFiles(await getLayerFiles(submission, diffId, { signal }));
  } catch (error) {
    // Cleared away between the two questions: shown without its files.
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}
