/**
 * How big the exercise's starter is on the catalogue in use: what "at most 40 % of the starter" is measured against.
 * Built once per content and catalogue, kept on disk; callers that ask together share one build.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { unlessAborted } from './unless-aborted.ts';

const measurementSchema = z.object({ sizeBytes: z.number().int().positive() });
export type StarterSize = z.infer<typeof measurementSchema>;

export interface StarterKey {
  /** Changes with the starter or its app. */
  contentHash: string;
  /** Changes with any base image. */
  catalogueRecipe: string;
}

/** Builds the starter and reads its size. The signal fires when every caller has gone. */
export type MeasureStarter = (signal: AbortSignal) => Promise<StarterSize>;

interface Shared {
  result: Promise<StarterSize>;
  waiting: number;
  abandon: AbortController;
}

export class StarterSizes {
  readonly #dir: string;
  readonly #running = new Map<string, Shared>();

  constructor(homeDir: string) {
    this.#dir = join(homeDir, 'measurements');
  }

  /** @throws what `measure` throws (nothing is kept then), or the signal's reason. */
  async sizeOf(
    key: StarterKey,
    { measure, signal }: { measure: MeasureStarter; signal: AbortSignal },
  ): Promise<StarterSize> {
    signal.throwIfAborted();
    const name = createHash('sha256')
      .update(JSON.stringify([key.contentHash, key.catalogueRecipe]))
      .digest('hex');
    let shared = this.#running.get(name);
    if (shared === undefined) {
      const abandon = new AbortController();
      shared = { result: this.#readOrMeasure(name, measure, abandon.signal), waiting: 0, abandon };
      this.#running.set(name, shared);
      const forget = () => this.#running.delete(name);
      shared.result.then(forget, forget);
    }
    shared.waiting += 1;
    try {
      return await unlessAborted(shared.result, signal);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && signal.aborted) {
        // Forgotten at once: the next caller must not be handed a build that is being cancelled.
        if (this.#running.get(name) === shared) this.#running.delete(name);
        shared.abandon.abort(signal.reason);
      }
    }
  }

  async #readOrMeasure(name: string, measure: MeasureStarter, signal: AbortSignal): Promise<StarterSize> {
    const path = join(this.#dir, `${name}.json`);
    const kept = await readMeasurement(path);
    if (kept !== undefined) return kept;
    const measured = measurementSchema.parse(await measure(signal));
    await this.#keep(path, measured);
    return measured;
  }

  async #keep(path: string, measured: StarterSize): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(own, JSON.stringify(measured));
      await rename(own, path);
    } finally {
      await rm(own, { force: true });
    }
  }
}

/** A file that is missing, cut short or of another shape is measured again. */
async function readMeasurement(path: string): Promise<StarterSize | undefined> {
  try {
    return measurementSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
