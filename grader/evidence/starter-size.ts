/**
 * How big the exercise's starter is on the catalogue in use: what "at most 40 % of the starter" is measured against.
 * Built once per content and catalogue, kept on disk; callers that ask together share one build.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { unlessAborted } from '../unless-aborted.ts';

const measurementSchema = z.object({ sizeBytes: z.number().int().positive() });
export type StarterSize = z.infer<typeof measurementSchema>;

export interface StarterKey {
  /** Changes with the starter or its app. */
  contentHash: string;
  /** Changes with any base image. */
  catalogueRecipe: string;
}

/** Builds the starter, in the caller's own slot, and reads its size. */
export type MeasureStarter = (signal: AbortSignal) => Promise<StarterSize>;

interface Measuring {
  result: Promise<StarterSize>;
  /** Of the caller whose slot it is built in. */
  signal: AbortSignal;
}

export class StarterSizes {
  readonly #dir: string;
  readonly #measuring = new Map<string, Measuring>();

  constructor(homeDir: string) {
    this.#dir = join(homeDir, 'measurements');
  }

  /**
   * One caller builds, in its own slot, and the others wait for it; when it leaves half-way, the next one builds.
   * @throws what `measure` throws (nothing is kept then), or the signal's reason.
   */
  async sizeOf(
    key: StarterKey,
    { measure, signal }: { measure: MeasureStarter; signal: AbortSignal },
  ): Promise<StarterSize> {
    const name = createHash('sha256')
      .update(JSON.stringify([key.contentHash, key.catalogueRecipe]))
      .digest('hex');
    for (;;) {
      signal.throwIfAborted();
      const other = this.#measuring.get(name);
      if (other === undefined) return this.#measureNow(name, { measure, signal });
      try {
        return await unlessAborted(other.result, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!other.signal.aborted) throw error;
      }
    }
  }

  async #measureNow(
    name: string,
    { measure, signal }: { measure: MeasureStarter; signal: AbortSignal },
  ): Promise<StarterSize> {
    const result = this.#readOrMeasure(name, measure, signal).finally(() => this.#measuring.delete(name));
    this.#measuring.set(name, { result, signal });
    return result;
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
