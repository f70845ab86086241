/** Fetches the layers of an image with their files. A layer that was fetched once is known, whichever image has it. */
import {
  type CourseImage,
  type CourseImageKind,
  decodeLayerFiles,
  type ImageLayers,
  type LayerEntry,
  type LayerFiles,
} from '../../../grader/contract/layers.ts';
import {
  ApiFailure,
  getCourseImage,
  getCourseLayerFiles,
  getLayerFiles,
  getLayers,
  postCourseImage,
} from '../../api/client.ts';
import { type ImageModel, imageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';
import { layerStrings } from './strings.ts';

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

/** Of a submission's own. @throws ApiFailure with a sentence for people. */
export async function loadImage(submission: string, signal: AbortSignal): Promise<ImageModel> {
  const image = await getLayers(submission, { signal });
  return withFiles(image, (diffId) => getLayerFiles(submission, diffId, { signal }));
}

export interface CourseImageOf {
  /** Of the exercise. */
  slug: string;
  kind: CourseImageKind;
}

/**
 * Of the course's own; has it built where it is not yet, and waits for that. One that failed is tried once more.
 * @param onBuilding told when it takes a while
 * @throws ApiFailure with a sentence for people.
 */
export async function loadCourseImage(
  of: CourseImageOf,
  { signal, onBuilding }: { signal: AbortSignal; onBuilding(): void },
): Promise<ImageModel> {
  const { slug, kind } = of;
  let found = await getCourseImage(slug, kind, { signal });
  if (found.state === 'not_built' || found.state === 'failed') found = await postCourseImage(slug, kind, { signal });
  while (found.state === 'building') {
    onBuilding();
    await pause(layerLimits.askAgainMs, signal);
    found = await getCourseImage(slug, kind, { signal });
  }
  if (found.state !== 'built') throw unbuilt(found);
  return withFiles(found.image, (diffId) => getCourseLayerFiles(of, diffId, { signal }));
}

const unbuilt = (found: CourseImage) =>
  new ApiFailure(200, found.state, 'message' in found ? found.message : layerStrings.compare.lost);

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

type FetchFiles = (diffId: string) => Promise<LayerFiles>;

async function withFiles(image: ImageLayers, fetchFiles: FetchFiles): Promise<ImageModel> {
  const found = new Map<string, readonly LayerEntry[]>();
  const wanted = [...new Set(image.layers.flatMap(({ diffId, files }) => (files === 'here' && diffId ? diffId : [])))];
  const next = async (): Promise<void> => {
    for (let diffId = wanted.shift(); diffId !== undefined; diffId = wanted.shift()) {
      const entries = known.get(diffId) ?? (await entriesOf(diffId, fetchFiles));
      if (entries === undefined) continue;
      keep(diffId, entries);
      found.set(diffId, entries);
    }
  };
  await Promise.all(Array.from({ length: layerLimits.requestsAtOnceMax }, next));
  return imageModel(image, found);
}

async function entriesOf(diffId: string, fetchFiles: FetchFiles) {
  try {
    return decodeLayerFiles(await fetchFiles(diffId));
  } catch (error) {
    // Cleared away between the two questions: shown without its files.
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}
