/** The check-ups of `content/quizzes`: their form, and whether builds prove their answers. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { describeFileError } from '../exercises/describe-file-error.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { slugPattern } from '../exercises/schemas.ts';
import { parseYaml, readYaml, type YamlFile } from '../exercises/yaml-file.ts';
import { casesOf } from '../verify-exercise.ts';
import { nearestOf } from './nearest-of.ts';

const id = z.string().regex(slugPattern, 'expected an id like why-two-stages');
const sentence = z.string().trim().min(1);

/** Loose: what only the page shows is the site's to read. */
const quizSchema = z.looseObject({
  lesson: z.string(),
  questions: z
    .array(
      z.looseObject({
        id,
        question: sentence,
        proof: z.array(z.string()).min(1),
      }),
    )
    .min(1),
});

export interface Quiz extends z.infer<typeof quizSchema> {
  yaml: YamlFile;
}

/** Never throws for what is in them. */
export async function readQuizzes(contentDir: string, problems: ContentProblem[]): Promise<Quiz[]> {
  const folder = join(contentDir, 'quizzes');
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
    const read = names.map(async (name) => {
      const yaml = await readYaml(join(folder, name), problems);
      const quiz = yaml && parseYaml(yaml, quizSchema, problems);
      return yaml && quiz ? [{ ...quiz, yaml }] : [];
    });
    return (await Promise.all(read)).flat();
  } catch (error) {
    const message = `expected a folder with quizzes, found ${describeFileError(error)}`;
    problems.push({ file: folder, line: undefined, message });
    return [];
  }
}

/** `go-scratch/mistakes/root` is what the grader builds as `mistakes/root` of `go-scratch`. */
export function proofsOf(exercises: readonly Exercise[]): Map<string, ReturnType<typeof casesOf>[number]> {
  // Of two builds of the solution the first one counts, and a map keeps the last.
  const cases = exercises.flatMap(casesOf).reverse();
  return new Map(cases.map((one) => [`${one.of}/${one.name.replace(/ \(.*\)$/, '')}`, one]));
}

/** A quiz belongs to a lesson, its ids are its own, and each answer names a case that `verify` builds. */
export function validateQuizzes(
  quizzes: readonly Quiz[],
  {
    lessons,
    exercises,
    contentDir,
  }: { lessons: readonly string[]; exercises: readonly Exercise[]; contentDir: string },
  problems: ContentProblem[],
): void {
  const proofs = [...proofsOf(exercises).keys()];
  const ids = new Map<string, string>();
  for (const { lesson, questions, yaml } of quizzes) {
    const add = (path: (string | number)[], message: string) => {
      problems.push({ file: yaml.file, line: yaml.lineOf(path), message: `${path.join('.')}: ${message}` });
    };
    if (!lessons.includes(lesson)) add(['lesson'], `expected a lesson, found "${lesson}"${nearestOf(lesson, lessons)}`);
    questions.forEach((question, at) => {
      const other = ids.get(question.id);
      if (other !== undefined) {
        add(
          ['questions', at, 'id'],
          `expected an id of its own, found "${question.id}", which a question of ${other} has`,
        );
      }
      ids.set(question.id, lesson);
      question.proof.forEach((proof, index) => {
        if (proofs.includes(proof)) return;
        const path = ['questions', at, 'proof', index];
        add(path, `expected a case that verify builds, found "${proof}"${nearestOf(proof, proofs)}`);
      });
    });
  }
  for (const lesson of lessons) {
    if (quizzes.some((quiz) => quiz.lesson === lesson)) continue;
    const file = join(contentDir, 'quizzes', `${lesson}.yaml`);
    problems.push({ file, line: undefined, message: `expected a quiz with "lesson: ${lesson}", found none` });
  }
}
