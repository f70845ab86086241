import { type CollectionEntry, getCollection } from 'astro:content';
import { onSite } from '../address.ts';

export interface CourseExercise {
  slug: string;
  title: string;
  summary: string;
  minutes: number;
  href: string;
}

export interface CourseLesson {
  id: string;
  number: number;
  title: string;
  summary: string;
  minutes: number;
  module: string;
  /** Names of the lessons that it builds on. */
  needs: string[];
  /** Why to read the next one. */
  next: string | undefined;
  href: string;
  exercises: CourseExercise[];
  entry: CollectionEntry<'lessons'>;
}

export interface CourseModule {
  name: string;
  lessons: CourseLesson[];
}

const byOrder = (a: CollectionEntry<'exercises'>, b: CollectionEntry<'exercises'>) =>
  a.data.order - b.data.order || a.id.localeCompare(b.id);

function asExercise(entry: CollectionEntry<'exercises'>): CourseExercise {
  const { title, summary, minutes } = entry.data;
  return { slug: entry.id, title, summary, minutes, href: onSite(`/exercises/${entry.id}/`) };
}

/** All lessons in reading order, which is the order of their file names. */
export async function courseLessons(): Promise<CourseLesson[]> {
  const exercises = (await getCollection('exercises')).sort(byOrder);
  const lessons = (await getCollection('lessons')).sort((a, b) => a.id.localeCompare(b.id));
  return lessons.map((entry, index) => ({
    id: entry.id,
    number: index + 1,
    title: entry.data.title,
    summary: entry.data.summary,
    minutes: entry.data.minutes,
    module: entry.data.module,
    needs: entry.data.needs,
    next: entry.data.next,
    href: onSite(`/lessons/${entry.id}/`),
    exercises: exercises.filter((exercise) => exercise.data.lesson === entry.id).map(asExercise),
    entry,
  }));
}

export async function courseModules(): Promise<CourseModule[]> {
  const modules: CourseModule[] = [];
  for (const lesson of await courseLessons()) {
    const known = modules.find((module) => module.name === lesson.module);
    if (known) known.lessons.push(lesson);
    else modules.push({ name: lesson.module, lessons: [lesson] });
  }
  return modules;
}

/** @throws Error naming the exercise and who asked, so that a wrong slug fails the build. */
export async function courseExercise(slug: string): Promise<CourseExercise> {
  const entry = (await getCollection('exercises')).find((exercise) => exercise.id === slug);
  if (!entry)
    throw new Error(
      `A lesson names the exercise "${slug}", but content/exercises/${slug}/exercise.yaml does not exist.`,
    );
  return asExercise(entry);
}

export async function exercisesWithCheck(type: string): Promise<CourseExercise[]> {
  const entries = (await getCollection('exercises')).sort(byOrder);
  return entries.filter((entry) => entry.data.checks.some((check) => check.type === type)).map(asExercise);
}

/** By lesson: its questions, as progress keeps them. */
export async function lessonQuestions(): Promise<Map<string, string[]>> {
  const quizzes = await getCollection('quizzes');
  return new Map(
    quizzes.map(({ id, data }) => [data.lesson, data.questions.map((question) => `${id}/${question.id}`)]),
  );
}
