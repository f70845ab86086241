import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GradeRequest } from '../grade-submission.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import type { ProgressSink } from '../progress.ts';
import { casesOf } from '../verify-exercise.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';
import { showPhases } from './show-phases.ts';

/** What `content/measurements.json` holds: the only source of sizes that lessons and pages show. */
interface Measurements {
  provenance: { catalogueSource: string; engineVersion: string; catalogueRecipe: string; date: string };
  values: Record<string, { label: string; sizeBytes: number }>;
}

/** Builds every Dockerfile of every exercise on the catalogue in use and records the image sizes. */
export async function measure(context: CommandContext): Promise<number> {
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink });
  try {
    await grader.filled;
    const values = {
      ...imageValues(grader),
      ...(await exerciseValues(grader, { progress: display.sink, signal: context.signal })),
    };
    const { Version } = await grader.engine.docker.version();
    const measurements: Measurements = {
      provenance: {
        catalogueSource: grader.catalogue.source,
        engineVersion: `Docker ${Version}`,
        catalogueRecipe: grader.catalogue.recipe,
        date: new Date().toISOString().slice(0, 10),
      },
      values,
    };
    const file = join(context.settings.contentDir, 'measurements.json');
    await writeFile(file, `${JSON.stringify(measurements, null, 2)}\n`);
    display.close();
    process.stdout.write(`${Object.keys(values).length} sizes are recorded in ${file}.\n`);
    return exitCodes.passed;
  } finally {
    display.close();
    await grader.close();
  }
}

function imageValues(grader: OpenGrader): Measurements['values'] {
  const values: Measurements['values'] = {};
  for (const { entry, sizeBytes } of grader.catalogue.images()) {
    if (sizeBytes !== undefined) values[`image:${entry.name}`] = { label: entry.name, sizeBytes };
  }
  return values;
}

async function exerciseValues(
  grader: OpenGrader,
  { progress, signal }: { progress: ProgressSink; signal: AbortSignal },
): Promise<Measurements['values']> {
  const values: Measurements['values'] = {};
  for (const exercise of grader.exercises.all()) {
    for (const one of casesOf(exercise).filter((each) => !each.name.includes('2nd time'))) {
      const name = one.name.replace(/ \(.*\)$/, '');
      const request: GradeRequest = { ...one, learner: 'measure', clean: false };
      const report = await grader.grade(request, { emit: showPhases(`${exercise.slug} · ${name}`, progress), signal });
      if (report.image) {
        values[`exercise:${exercise.slug}:${name}`] = {
          label: `${exercise.title}: ${name}`,
          sizeBytes: report.image.sizeBytes,
        };
      }
    }
  }
  return values;
}
