/**
 * The recorded sizes of `content/measurements.json` (written by `npm run measure`). A page that asks for one that is
 * not recorded does not build: a remembered number must not slip in.
 */
import { z } from 'astro/zod';

const measurementsSchema = z.object({
  provenance: z.object({ catalogueSource: z.string(), engineVersion: z.string(), date: z.string() }),
  values: z.record(
    z.string(),
    z.object({
      label: z.string(),
      sizeBytes: z.number().int().nonnegative(),
      packages: z.number().int().positive().optional(),
      programs: z.number().int().nonnegative().optional(),
    }),
  ),
});
export type Measurements = z.infer<typeof measurementsSchema>;

export interface Measured {
  id: string;
  label: string;
  sizeBytes: number;
  /** Of a base image: packages of Debian in it. */
  packages?: number | undefined;
  /** Of a base image: names in the folders of a PATH. */
  programs?: number | undefined;
}

/** @throws Error with a sentence that names the id when it is not recorded. */
export function findMeasured(id: string, file: unknown): Measured {
  if (file === undefined) {
    throw new Error(
      `A page quotes the measured size "${id}", but content/measurements.json does not exist. Run \`npm run measure\`.`,
    );
  }
  const parsed = measurementsSchema.safeParse(file);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`content/measurements.json: ${issue?.path.join('.')}: ${issue?.message}. Run \`npm run measure\`.`);
  }
  const value = parsed.data.values[id];
  if (!value) {
    throw new Error(
      `A page quotes the measured size "${id}", which content/measurements.json does not hold. Correct the id or run \`npm run measure\`.`,
    );
  }
  return { id, ...value };
}

/** A recorded size, or undefined: for what is well without it. */
export function sizeIfMeasured(id: string, file: unknown): number | undefined {
  return measurementsSchema.safeParse(file).data?.values[id]?.sizeBytes;
}

/** A recorded count of an image. @throws Error with a sentence that names the id when it is not recorded. */
export function findCount(id: string, what: 'packages' | 'programs', file: unknown): number {
  const count = findMeasured(id, file)[what];
  if (count !== undefined) return count;
  throw new Error(
    `A page quotes how many ${what} "${id}" has, which content/measurements.json does not hold. Only some base images have such a count; correct the id or run \`npm run measure\`.`,
  );
}

export function provenanceOf(file: unknown): Measurements['provenance'] | undefined {
  const parsed = measurementsSchema.safeParse(file);
  return parsed.success ? parsed.data.provenance : undefined;
}
