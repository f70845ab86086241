/**
 * The recorded sizes of `content/measurements.json` (written by `npm run measure`). A page that asks for one that is
 * not recorded does not build: a remembered number must not slip in.
 */
import { z } from 'astro/zod';

const measurementsSchema = z.object({
  provenance: z.object({ catalogueSource: z.string(), engineVersion: z.string(), date: z.string() }),
  values: z.record(z.string(), z.object({ label: z.string(), sizeBytes: z.number().int().nonnegative() })),
});
export type Measurements = z.infer<typeof measurementsSchema>;

export interface Measured {
  id: string;
  label: string;
  sizeBytes: number;
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

export function provenanceOf(file: unknown): Measurements['provenance'] | undefined {
  const parsed = measurementsSchema.safeParse(file);
  return parsed.success ? parsed.data.provenance : undefined;
}
