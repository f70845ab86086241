/** The file `content/measurements.json`: what is in it, and how new values get into it. No engine here. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { StagecraftError } from '../errors.ts';

const provenanceSchema = z.object({
  catalogueSource: z.string(),
  engineVersion: z.string(),
  catalogueRecipe: z.string(),
  date: z.string(),
  /** Exercises whose values come from another catalogue than the rest; gone when everything is measured again. */
  provisional: z.array(z.string()).optional(),
});
const measurementsSchema = z.object({
  provenance: provenanceSchema,
  values: z.record(
    z.string(),
    z.object({
      label: z.string(),
      sizeBytes: z.number().int().nonnegative(),
      /** Of a build: `contentHash` of what was built. */
      builtFrom: z.string().optional(),
      /** Of a base image, see `image-contents.ts`. */
      packages: z.number().int().positive().optional(),
      programs: z.number().int().nonnegative().optional(),
    }),
  ),
});

/** The only source of sizes that lessons and pages show. */
export type Measurements = z.infer<typeof measurementsSchema>;
type Value = Measurements['values'][string];

/** Undefined where there is none. @throws StagecraftError `bad_input` for a file of another shape */
export async function readMeasurements(file: string): Promise<Measurements | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return measurementsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new StagecraftError(
      'bad_input',
      `Expected recorded measurements in ${file}, found something else. Measure everything again: npx stagecraft measure`,
      { cause: error },
    );
  }
}

/** Sorted by id, so that two people who add values seldom touch the same lines. */
export async function writeMeasurements(file: string, { provenance, values }: Measurements): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
  await writeFile(file, `${JSON.stringify({ provenance, values: sorted }, null, 2)}\n`);
}

/**
 * @throws StagecraftError `bad_input` when both were not measured on the same catalogue and engine
 */
export function requireSameProvenance(recorded: Measurements['provenance'], now: Measurements['provenance']): void {
  const differing = (['catalogueSource', 'catalogueRecipe', 'engineVersion'] as const).filter(
    (key) => recorded[key] !== now[key],
  );
  if (differing.length === 0) return;
  const [was, is] = [recorded, now].map((each) => differing.map((key) => `${key} ${each[key]}`).join(', '));
  throw new StagecraftError(
    'bad_input',
    `Expected what content/measurements.json was recorded with (${was}), found ${is}: sizes of both don't belong ` +
      'together. Measure everything again (npx stagecraft measure), or put these in until then with --provisional.',
  );
}

export interface Addition {
  /** Exercises that were measured: what was recorded of them before is replaced. */
  slugs: readonly string[];
  measured: Measurements;
  /** Also when the recorded values come from another catalogue or engine. */
  provisional: boolean;
}

/**
 * Recorded values with those of a few exercises in their place, and images that were not recorded.
 * @throws StagecraftError `bad_input` as `requireSameProvenance`, unless they are marked as provisional
 */
export function addMeasured(
  recorded: Measurements | undefined,
  { slugs, measured, provisional }: Addition,
): Measurements {
  if (recorded === undefined) return measured;
  if (!provisional) requireSameProvenance(recorded.provenance, measured.provenance);
  const kept = Object.entries(recorded.values).filter(
    ([id]) => !slugs.some((slug) => id.startsWith(`exercise:${slug}:`)),
  );
  const images = Object.entries(measured.values).filter(
    ([id, value]) => id.startsWith('image:') && isNew(value, recorded.values[id]),
  );
  const exercises = Object.entries(measured.values).filter(([id]) => id.startsWith('exercise:'));
  const values = Object.fromEntries([...kept, ...images, ...exercises]);
  return { provenance: markProvisional(recorded.provenance, { slugs, measured }), values };
}

/** An image that was not recorded, or from before there were counts. */
function isNew(value: Value, before: Value | undefined): boolean {
  return before === undefined || (before.programs === undefined && value.programs !== undefined);
}

function markProvisional(
  recorded: Measurements['provenance'],
  { slugs, measured: { provenance: now } }: Pick<Addition, 'slugs' | 'measured'>,
): Measurements['provenance'] {
  const { provisional: before = [], ...rest } = recorded;
  const same = recorded.catalogueRecipe === now.catalogueRecipe && recorded.engineVersion === now.engineVersion;
  const others = before.filter((slug) => !slugs.includes(slug));
  const marked = [...others, ...(same ? [] : slugs)].sort();
  return marked.length === 0 ? rest : { ...rest, provisional: marked };
}
