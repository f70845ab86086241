/** What `verify` was asked to prove: names of exercises and lessons become cases. No engine here. */
import type { ContentProblem } from '../exercises/content-problem.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { lessonsIn, readLessonDockerfiles } from '../lessons/lesson-dockerfiles.ts';
import { casesOf, casesOfLesson, type VerifyCase } from '../verify-exercise.ts';

export interface VerifyPlan {
  cases: VerifyCase[];
  library: ExerciseLibrary;
  /** Slugs of all whose images and packages are needed. */
  exercises: string[];
  /** What is wrong with the texts themselves; the cases that can be run are run nevertheless. */
  problems: ContentProblem[];
}

/**
 * Exercises by slug, lessons by their file's name; none means all.
 * @throws StagecraftError `not_found` with the nearest slug
 */
export async function planVerify(names: readonly string[], contentDir: string): Promise<VerifyPlan> {
  const library = await ExerciseLibrary.open(contentDir);
  const { dockerfiles, problems } = await readLessonDockerfiles(contentDir, library.all());
  const lessons = await lessonsIn(contentDir, []);
  const brokenFolder = (name: string) => library.problems.some(({ file }) => isOf(name, file));
  const chosen = names.length === 0 ? [...library.all().map(({ slug }) => slug), ...lessons] : names;
  const ofLessons = chosen.filter((name) => lessons.includes(name));
  const slugs = chosen.filter((name) => !lessons.includes(name) && (library.find(name) || !brokenFolder(name)));
  const cases = [
    ...slugs.map((slug) => library.get(slug)).flatMap(casesOf),
    ...casesOfLesson(ofLessons.flatMap((lesson) => dockerfiles.filter((each) => each.lesson === lesson))),
  ];
  const all = [...library.problems, ...problems];
  return {
    ...{ cases, library, exercises: [...new Set(cases.map(({ exercise }) => exercise))] },
    problems: names.length === 0 ? all : all.filter(({ file }) => names.some((name) => isOf(name, file))),
  };
}

function isOf(name: string, file: string): boolean {
  return file.includes(`/exercises/${name}/`) || file.endsWith(`/lessons/${name}.mdx`);
}
