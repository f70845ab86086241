/** Reads the layers of images through the agent and keeps those that were read, so that a big base is sent once. */
import type Docker from 'dockerode';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { LayerPlace } from './agent/protocol.ts';
import { callAgent } from './agent-client.ts';
import type { LayerIndex, LayerMatch } from './engine.ts';

/** About 200 bytes each in memory. */
const keptEntriesMax = 600_000;

/** The part of `docker image inspect` that says where layers are. */
export interface InspectedImage {
  RootFS?: { Layers?: string[] };
  GraphDriver?: { Name?: string; Data?: Record<string, string> | null };
}

/**
 * Lines up an image's diff ids with overlay2's directories, from the bottom up.
 * @throws StagecraftError `internal` when they do not line up
 */
export function layerPlaces(image: InspectedImage): LayerPlace[] {
  const diffIds = image.RootFS?.Layers ?? [];
  if (diffIds.length === 0) return [];
  const { UpperDir, LowerDir } = image.GraphDriver?.Data ?? {};
  // LowerDir lists the topmost first.
  const dirs = [UpperDir, ...(LowerDir?.split(':') ?? [])].filter((dir) => dir !== undefined).reverse();
  if (image.GraphDriver?.Name !== 'overlay2' || dirs.length !== diffIds.length) {
    throw new StagecraftError(
      'internal',
      `Expected ${diffIds.length} overlay2 directories for the image's layers, found ${dirs.length} of ${image.GraphDriver?.Name}.`,
    );
  }
  return diffIds.map((diffId, index) => ({ diffId, dir: dirs[index] as string }));
}

export class LayerReader {
  readonly #docker: Docker;
  readonly #agentSocket: string;
  /** Least recently used first. */
  readonly #kept = new Map<string, LayerIndex>();
  #keptEntries = 0;

  constructor(docker: Docker, agentSocket: string) {
    this.#docker = docker;
    this.#agentSocket = agentSocket;
  }

  async layers(imageId: string, signal?: AbortSignal): Promise<LayerIndex[]> {
    const places = await this.#places(imageId, signal);
    const found = new Map<string, LayerIndex>();
    for (const { diffId } of places) {
      const kept = this.#kept.get(diffId);
      if (kept !== undefined) found.set(diffId, kept);
    }
    const unknown = uniquePlaces(places).filter(({ diffId }) => !found.has(diffId));
    if (unknown.length > 0) {
      const read = (await this.#call('/layers', { layers: unknown }, signal)) as LayerIndex[];
      for (const layer of read) found.set(layer.diffId, layer);
    }
    const layers = places.map(({ diffId }) => found.get(diffId) as LayerIndex);
    for (const layer of layers) if (layer.withheld !== true) this.#keep(layer);
    return layers;
  }

  async search(
    { imageId, diffIds, needle }: { imageId: string; diffIds: string[]; needle: string },
    signal?: AbortSignal,
  ): Promise<LayerMatch[]> {
    const wanted = new Set(diffIds);
    const places = uniquePlaces(await this.#places(imageId, signal)).filter(({ diffId }) => wanted.has(diffId));
    if (places.length === 0) return [];
    return ((await this.#call('/search', { layers: places, needle }, signal)) as LayerMatch[][]).flat();
  }

  async #places(imageId: string, signal?: AbortSignal): Promise<LayerPlace[]> {
    signal?.throwIfAborted();
    return layerPlaces((await this.#docker.getImage(imageId).inspect()) as InspectedImage);
  }

  #call(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const timeoutMs = limits.evidence.phaseTimeoutMs;
    return callAgent(this.#agentSocket, { method: 'POST', path, body, timeoutMs, signal });
  }

  #keep(layer: LayerIndex): void {
    const known = this.#kept.delete(layer.diffId);
    this.#kept.set(layer.diffId, layer);
    if (!known) this.#keptEntries += layer.entries.length;
    for (const [oldest, { entries }] of this.#kept) {
      if (this.#keptEntries <= keptEntriesMax || oldest === layer.diffId) break;
      this.#kept.delete(oldest);
      this.#keptEntries -= entries.length;
    }
  }
}

/** An image may hold the same layer twice. */
function uniquePlaces(places: LayerPlace[]): LayerPlace[] {
  return [...new Map(places.map((place) => [place.diffId, place])).values()];
}
