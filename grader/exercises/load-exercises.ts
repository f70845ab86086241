/** From folders of `content/exercises` to exercises. A broken one is left out and every problem in it is told. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type ContentProblem, problemText } from './content-problem.ts';
import { describeFileError } from './describe-file-error.ts';
import { type Exercise, type Hint, neededBy } from './exercise.ts';
import { readApp } from './read-app.ts';
import { readUtf8 } from './read-text.ts';
import { readAlsoRight, readMistakes, readSubmitted } from './read-variants.ts';
import { exerciseSchema, hintsSchema, slugPattern } from './schemas.ts';
import {
  packageFolders,
  privateFolders,
  readChecks,
  validateChecks,
  validateLesson,
  validateReferences,
  validateScore,
} from './validate.ts';
import { parseYaml, readYaml, type YamlFile } from './yaml-file.ts';

export interface LoadedExercises {
  /** Those without a problem, by their `order`. */
  exercises: Exercise[];
  problems: ContentProblem[];
}

/** Reads every exercise. Never throws for what is in the folders: problems say it, all at once. */
export async function loadExercises(contentDir: string): Promise<LoadedExercises> {
  const problems: ContentProblem[] = [];
  const slugs = await slugsIn(contentDir, problems);
  const loaded = await Promise.all(slugs.map((slug) => readExercise(contentDir, slug)));
  return {
    exercises: loaded
      .flatMap(({ exercise }) => exercise ?? [])
      .toSorted((one, other) => one.order - other.order || (one.slug < other.slug ? -1 : 1)),
    problems: [...problems, ...loaded.flatMap((each) => each.problems)],
  };
}

/**
 * Reads one exercise.
 * @throws StagecraftError `not_found` with the nearest slug; `internal` when its folder has problems, which are listed.
 */
export async function loadExercise(contentDir: string, slug: string): Promise<Exercise> {
  const slugs = await slugsIn(contentDir, []);
  // Only what was listed is opened: a slug is a learner's input, and `../x` would be a path.
  if (!slugs.includes(slug)) throw unknownExercise(slug, slugs);
  const { exercise, problems } = await readExercise(contentDir, slug);
  if (exercise !== undefined) return exercise;
  throw new StagecraftError('internal', `The exercise ${slug} can't be loaded. ${problems.map(problemText).join(' ')}`);
}

/** To throw where a slug is not among the known ones. */
export function unknownExercise(slug: string, known: readonly string[]): StagecraftError {
  const shown = JSON.stringify(slug.slice(0, 60));
  const near = known.length === 0 ? 'There are none.' : `Did you mean ${closest(slug.slice(0, 60), [...known])}?`;
  return new StagecraftError('not_found', `There is no exercise ${shown}. ${near}`);
}

async function slugsIn(contentDir: string, problems: ContentProblem[]): Promise<string[]> {
  const folder = join(contentDir, 'exercises');
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of names.filter((each) => !slugPattern.test(each))) {
      problems.push({
        file: join(folder, name),
        line: undefined,
        message: `expected a folder name like go-scratch, found "${name}"`,
      });
    }
    return names.filter((name) => slugPattern.test(name)).sort();
  } catch (error) {
    problems.push({
      file: folder,
      line: undefined,
      message: `expected a folder with exercises, found ${describeFileError(error)}`,
    });
    return [];
  }
}

interface Read {
  exercise: Exercise | undefined;
  problems: ContentProblem[];
}

async function readExercise(contentDir: string, slug: string): Promise<Read> {
  const dir = join(contentDir, 'exercises', slug);
  const problems: ContentProblem[] = [];
  const [yaml, parts] = await Promise.all([readYaml(join(dir, 'exercise.yaml'), problems), readParts(dir, problems)]);
  if (yaml === undefined) return { exercise: undefined, problems };
  const raw = parseYaml(yaml, exerciseSchema, problems);
  const checks = readChecks((yaml.value as { checks?: unknown } | null)?.checks, { yaml, problems });
  // Broken checks would make every reference to them a second problem.
  if (problems.every(({ file }) => file !== yaml.file)) {
    const checkIds = checks.map(({ id }) => id);
    validateReferences({ hints: parts.hints, mistakes: parts.mistakes, checkIds }, problems);
    validateScore({ score: raw?.score, checks, yaml }, problems);
  }
  if (raw === undefined) return { exercise: undefined, problems };
  await validateLesson({ lesson: raw.lesson, contentDir, yaml }, problems);
  validateChecks({ raw, checks, appFiles: parts.app.files, yaml }, problems);
  const packages = await packageFolders({ raw, dir, yaml }, problems);
  const privatePackages = await privateFolders({ raw, dir, yaml }, problems);
  if (problems.length > 0) return { exercise: undefined, problems };
  const { app, starter, solution, alsoRight } = parts;
  const exercise: Exercise = {
    ...raw,
    ...{ slug, dir, appDir: join(dir, 'app'), packages, privatePackages, checks, starter, solution, alsoRight },
    run: raw.run,
    systemPackages: raw.systemPackages,
    needs: neededBy(checks, raw.run),
    appFiles: app.files,
    appHash: app.hash,
    hints: parts.hints?.list ?? [],
    mistakes: parts.mistakes.map(({ mistake }) => mistake),
  };
  return { exercise, problems };
}

/** Everything beside exercise.yaml. */
async function readParts(dir: string, problems: ContentProblem[]) {
  const prose = { bytesMax: limits.content.yamlBytesMax, problems };
  const [hints, app, starter, solution, alsoRight, mistakes] = await Promise.all([
    readHints(join(dir, 'hints.yaml'), problems),
    readApp(join(dir, 'app'), problems),
    readSubmitted(join(dir, 'starter'), problems),
    readSubmitted(join(dir, 'solution'), problems),
    readAlsoRight(dir, problems),
    readMistakes(dir, problems),
    // The site renders them; here they only have to be there.
    readUtf8(join(dir, 'brief.mdx'), prose),
    readUtf8(join(dir, 'after.mdx'), prose),
  ]);
  return { hints, app, starter, solution, alsoRight, mistakes };
}

async function readHints(
  file: string,
  problems: ContentProblem[],
): Promise<{ list: Hint[]; yaml: YamlFile } | undefined> {
  const yaml = await readYaml(file, problems);
  const list = yaml && parseYaml(yaml, hintsSchema, problems);
  return yaml && list && { list, yaml };
}
