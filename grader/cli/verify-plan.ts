/** What `verify` was asked to prove: names of exercises and lessons become cases. No engine here. */
import { resolve } from 'node:path';
import { StagecraftError } from '../errors.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import type { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { type Content, readContent } from '../lessons/check-content.ts';
import { nearestOf } from '../lessons/nearest-of.ts';
import { pageProofs } from '../lessons/page-dockerfiles.ts';
import { proofsOf } from '../lessons/quizzes.ts';
import { casesOf, casesOfLesson, type VerifyCase } from '../verify-exercise.ts';

/** The pages of checks and errors are built with the apps of the course itself. */
const ownContentDir = resolve(import.meta.dirname, '..', '..', 'content');

export interface VerifyPlan {
  cases: VerifyCase[];
  library: ExerciseLibrary;
  /** Slugs of all whose images and packages are needed. */
  exercises: string[];
  /** What is wrong with the texts themselves; the cases that can be run are run nevertheless. */
  problems: ContentProblem[];
}

/**
 * Exercises by slug, lessons by their file's name, pages by `checks/<type>` or `errors/<id>`; none means all. To a lesson
 * belong the Dockerfiles of its text and the cases that prove the answers of its quiz.
 * @param options `essential`: only that each solution passes, built once and from the cache where it can be, and that each
 * starter does not
 * @throws StagecraftError `not_found` with the nearest slug
 */
export async function planVerify(
  names: readonly string[],
  contentDir: string,
  { essential = false }: { essential?: boolean | undefined } = {},
): Promise<VerifyPlan> {
  const read = await readContent(contentDir);
  const content = contentDir === ownContentDir ? await withPages(read, names) : read;
  const { library, lessons, problems } = content;
  const isBroken = (name: string) => library.find(name) === undefined && problems.some(({ file }) => isOf(name, file));
  const chosen = names.length === 0 ? [...library.all().map(({ slug }) => slug), ...lessons] : names;
  const slugs = chosen.filter((name) => !lessons.includes(name) && !isBroken(name));
  requireKnown(slugs, [...library.all().map(({ slug }) => slug), ...lessons]);
  const ofLessons = chosen.filter((name) => lessons.includes(name));
  const cases = [
    ...slugs.map((slug) => library.get(slug)).flatMap(casesOf),
    ...ofLessons.flatMap((lesson) => lessonCases(lesson, content)),
  ];
  const wanted = essential ? cases.flatMap(essentialOf) : cases;
  const once = [...new Map(wanted.map((one) => [`${one.of} ${one.name}`, one])).values()];
  // What is built with the same app stands together: the engine keeps only so many build steps.
  const byApp = [...Map.groupBy(once, ({ exercise }) => exercise).values()].flat();
  return {
    ...{ cases: byApp, library, exercises: [...new Set(byApp.map(({ exercise }) => exercise))] },
    problems: names.length === 0 ? problems : problems.filter(({ file }) => names.some((name) => isOf(name, file))),
  };
}

/** The pages that explain checks and errors count as lessons here. Read for all, or where one of them is named. */
async function withPages(content: Content, names: readonly string[]): Promise<Content> {
  if (names.length > 0 && !names.some((name) => name.includes('/'))) return content;
  const pages = await pageProofs(content.library.all());
  return {
    ...content,
    lessons: [...content.lessons, ...pages.names],
    dockerfiles: [...content.dockerfiles, ...pages.dockerfiles],
    problems: [...content.problems, ...pages.problems],
  };
}

function essentialOf(one: VerifyCase): VerifyCase[] {
  if (one.name === 'starter') return [one];
  return one.name.startsWith('solution (1st') ? [{ ...one, name: 'solution', clean: false }] : [];
}

function requireKnown(slugs: readonly string[], known: readonly string[]): void {
  const unknown = slugs.find((slug) => !known.includes(slug));
  if (unknown === undefined) return;
  const found = JSON.stringify(unknown.slice(0, 60));
  throw new StagecraftError(
    'not_found',
    `There is no exercise or lesson ${found}${nearestOf(unknown.slice(0, 60), known)}`,
  );
}

function lessonCases(lesson: string, { dockerfiles, quizzes, library }: Content): VerifyCase[] {
  const proofs = proofsOf(library.all());
  const proving = quizzes
    .filter((quiz) => quiz.lesson === lesson)
    .flatMap(({ questions }) => questions.flatMap(({ proof }) => proof.flatMap((name) => proofs.get(name) ?? [])));
  return [...casesOfLesson(dockerfiles.filter((each) => each.lesson === lesson)), ...proving];
}

function isOf(name: string, file: string): boolean {
  return (
    file.includes(`/exercises/${name}/`) ||
    [`/lessons/${name}.mdx`, `/quizzes/${name}.yaml`, `/${name}/explain.md`].some((end) => file.endsWith(end)) ||
    (name.startsWith('errors/') && file.endsWith(`/explain/${name.slice('errors/'.length)}.md`))
  );
}
