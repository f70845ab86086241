import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled, StagecraftError, sentenceFor } from '../errors.ts';
import { contentHash } from '../exercises/view.ts';
import type { GradeRequest } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import type { ProgressSink } from '../progress.ts';
import { authorOf, casesOf } from '../verify-exercise.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { gradingAgain } from './grade-again.ts';
import { imageContents } from './image-contents.ts';
import { openProgressDisplay } from './progress-display.ts';
import { quotedIds } from './quoted-ids.ts';
import { withSizes } from './readme-sizes.ts';
import {
  addMeasured,
  type Measurements,
  readMeasurements,
  requireSameProvenance,
  writeMeasurements,
} from './recorded-measurements.ts';
import { showPhases } from './show-phases.ts';
import { sideBySide } from './side-by-side.ts';

type Values = Measurements['values'];

/**
 * Builds the starter and the solution of the named exercises (none: of all), and what texts quote besides, on the catalogue
 * in use, and records the image sizes.
 * With names the other recorded values stay as they are.
 */
export async function measure(
  slugs: string[],
  options: { provisional?: boolean },
  context: CommandContext,
): Promise<number> {
  const file = join(context.settings.contentDir, 'measurements.json');
  const provisional = options.provisional === true;
  const recorded = slugs.length > 0 ? await readMeasurements(file) : undefined;
  const display = openProgressDisplay();
  const grader = await openGrader({
    ...context,
    progress: display.sink,
    ...(slugs.length > 0 && { exercises: slugs }),
  });
  try {
    const provenance = await provenanceOf(grader);
    // Before anything is built for nothing.
    if (recorded !== undefined && !provisional) requireSameProvenance(recorded.provenance, provenance);
    await grader.filled;
    const { values, failures } = await exerciseValues(grader, {
      slugs,
      progress: display.sink,
      signal: context.signal,
    });
    const measured = { provenance, values: { ...(await imageValues(grader, context.signal)), ...values } };
    display.close();
    for (const failure of failures) process.stderr.write(`${failure}\n`);
    // A file with holes would pass for a whole one.
    if (failures.length > 0) return exitCodes.graderFault;
    const all = addMeasured(recorded, { slugs, measured, provisional });
    await writeMeasurements(file, all);
    if (!provisional) await writeReadme(join(context.settings.projectDir, 'README.md'), all);
    process.stdout.write(`${Object.keys(values).length} sizes of exercises are recorded in ${file}.\n`);
    return exitCodes.passed;
  } finally {
    display.close();
    await grader.close();
  }
}

async function writeReadme(file: string, measured: Measurements): Promise<void> {
  const readme = await readFile(file, 'utf8');
  await writeFile(file, withSizes(readme, measured));
}

async function provenanceOf({ engine, catalogue }: OpenGrader): Promise<Measurements['provenance']> {
  const { Version } = await engine.docker.version();
  return {
    catalogueSource: catalogue.source,
    engineVersion: `Docker ${Version}`,
    catalogueRecipe: catalogue.recipe,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function imageValues({ catalogue, engine }: OpenGrader, signal: AbortSignal): Promise<Values> {
  const values: Values = {};
  for (const { entry, sizeBytes, imageId } of catalogue.images()) {
    if (sizeBytes === undefined || imageId === undefined) continue;
    const contents = imageContents(await engine.layers(imageId, signal));
    values[`image:${entry.name}`] = { label: entry.name, sizeBytes, ...contents };
  }
  return values;
}

async function exerciseValues(
  grader: OpenGrader,
  { slugs, progress, signal }: { slugs: string[]; progress: ProgressSink; signal: AbortSignal },
): Promise<{ values: Values; failures: string[] }> {
  const exercises = slugs.length > 0 ? slugs.map((slug) => grader.exercises.get(slug)) : grader.exercises.all();
  const quoted = await quotedIds(grader.settings.contentDir);
  const cases = exercises.flatMap((exercise) =>
    casesOf(exercise)
      .filter((each) => !each.name.includes('2nd time'))
      .map((one) => ({ one, exercise, name: one.name.replace(/ \(.*\)$/, '') }))
      .filter(({ name }) => ['starter', 'solution'].includes(name) || quoted.has(`exercise:${exercise.slug}:${name}`)),
  );
  const values: Values = {};
  const failures: string[] = [];
  const grade = gradingAgain(grader.grade, (sentence) => process.stderr.write(`${sentence}\n`));
  await sideBySide(cases, limits.slot.count, async ({ one, exercise, name }) => {
    // No checks: only the size of the image is asked for. What `verify` built is in the cache.
    const request: GradeRequest = { ...one, learner: authorOf(exercise.slug), clean: false, checks: [] };
    const emit = showPhases(`${exercise.slug} · ${name}`, progress);
    try {
      const { image } = await grade(request, { emit, signal });
      if (image === undefined) return;
      const label = `${exercise.title}: ${name}`;
      const builtFrom = contentHash(exercise, one);
      values[`exercise:${exercise.slug}:${name}`] = { label, sizeBytes: image.sizeBytes, builtFrom };
    } catch (error) {
      if (isCancelled(error) || !(error instanceof StagecraftError)) throw error;
      failures.push(`${exercise.slug} · ${name}: ${sentenceFor(error)}`);
    }
  });
  return { values, failures };
}
