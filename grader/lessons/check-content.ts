/**
 * Everything that is wrong with `content/`, with file and line: exercises, lessons, their Dockerfiles, quizzes, links
 * and cited measurements. What only a build can show is for `verify`.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTypes } from '../checks/registry.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { readUtf8, readUtf8IfThere } from '../exercises/read-text.ts';
import { limits } from '../limits.ts';
import { readGeneralReasons, readSurvivors } from '../mutation/survivors.ts';
import { placesIn } from '../scaffold/places.ts';
import { checkMeasured, type MeasuredValues } from './check-measured.ts';
import { checkOrder, type LessonHead } from './course-order.ts';
import { dockerfilesIn, type LessonDockerfile, lessonsIn } from './lesson-dockerfiles.ts';
import { checkLinks, type Destinations } from './links.ts';
import { type Quiz, readQuizzes, validateQuizzes } from './quizzes.ts';
import { proseOf, readLesson } from './read-lesson.ts';

export interface Content {
  library: ExerciseLibrary;
  /** Names in course order. */
  lessons: string[];
  dockerfiles: LessonDockerfile[];
  quizzes: Quiz[];
  problems: ContentProblem[];
}

/** Reads all of it. Never throws for what is in it. */
export async function readContent(contentDir: string): Promise<Content> {
  const library = await ExerciseLibrary.open(contentDir);
  const problems: ContentProblem[] = [...library.problems];
  const lessons = await lessonsIn(contentDir, problems);
  const quizzes = await readQuizzes(contentDir, problems);
  const folders = await exerciseFolders(contentDir);
  const { values, ...measured } = await readMeasured(contentDir);
  problems.push(...checkMeasured(values, { ...measured, exercises: library.all(), folders }));
  const known: Destinations = {
    ...{ lessons, exercises: folders, checks: checkTypes.map(({ type }) => type) },
    measured: Object.keys(values),
  };
  const dockerfiles: LessonDockerfile[] = [];
  const heads: LessonHead[] = [];
  for (const lesson of lessons) {
    const file = join(contentDir, 'lessons', `${lesson}.mdx`);
    const text = await readUtf8(file, { bytesMax: limits.content.yamlBytesMax, problems });
    if (text === undefined) continue;
    const { front, lineOf, prose } = readLesson(file, text, problems);
    if (front !== undefined) heads.push({ file, front, lineOf });
    for (const problem of checkLinks(prose, known)) problems.push({ file, ...problem });
    dockerfiles.push(...dockerfilesIn({ lesson, file, text }, library.all(), problems));
  }
  problems.push(...(await placesLeft(contentDir, folders)));
  problems.push(...checkOrder(heads), ...(await exerciseTexts(contentDir, folders, known)));
  await readGeneralReasons(contentDir, problems);
  for (const { dir } of library.all()) await readSurvivors(dir, problems);
  validateQuizzes(quizzes, { lessons, exercises: library.all(), contentDir }, problems);
  return { library, lessons, dockerfiles, quizzes, problems };
}

/** Also of exercises that have a problem: a link to one is no second problem. */
async function exerciseFolders(contentDir: string): Promise<string[]> {
  const entries = await readdir(join(contentDir, 'exercises'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function exerciseTexts(contentDir: string, folders: string[], known: Destinations): Promise<ContentProblem[]> {
  const problems: ContentProblem[] = [];
  for (const folder of folders) {
    for (const name of ['brief.mdx', 'after.mdx']) {
      const file = join(contentDir, 'exercises', folder, name);
      // One that can't be read is a problem of its exercise.
      const text = await readUtf8IfThere(file, { bytesMax: limits.content.yamlBytesMax, problems: [] });
      if (text === undefined) continue;
      for (const problem of checkLinks(proseOf(text), known)) problems.push({ file, ...problem });
    }
  }
  return problems;
}

/** Of everything that a scaffold wrote; an app may say what it likes. */
async function placesLeft(contentDir: string, folders: string[]): Promise<ContentProblem[]> {
  const problems: ContentProblem[] = [];
  for (const folder of ['lessons', 'quizzes', ...folders.map((name) => join('exercises', name))]) {
    const below = join(contentDir, folder);
    const paths = await readdir(below, { recursive: true }).catch(() => []);
    for (const path of paths.filter((each) => !each.startsWith('app/') && /\.(?:mdx?|yaml)$|Dockerfile$/.test(each))) {
      const file = join(below, path);
      const text = await readUtf8IfThere(file, { bytesMax: limits.content.yamlBytesMax, problems: [] });
      for (const place of placesIn(text ?? '')) problems.push({ file, ...place });
    }
  }
  return problems;
}

async function readMeasured(contentDir: string): Promise<{ file: string; text: string; values: MeasuredValues }> {
  const file = join(contentDir, 'measurements.json');
  const text = (await readUtf8IfThere(file, { bytesMax: limits.content.yamlBytesMax, problems: [] })) ?? '{}';
  const { values = {} } = JSON.parse(text) as { values?: MeasuredValues };
  return { file, text, values };
}
