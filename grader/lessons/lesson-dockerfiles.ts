/** Every Dockerfile in the text of a lesson, as the whole that is built to prove it, and what has to come of it. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ParsedCheck } from '../checks/registry.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { describeFileError } from '../exercises/describe-file-error.ts';
import type { Exercise, Submitted } from '../exercises/exercise.ts';
import { type FenceMarks, readBuildArgs, readMarks } from './fence-marks.ts';
import { type Fence, fencesIn } from './fences.ts';
import { layIn } from './lay-in.ts';
import { nearestOf } from './nearest-of.ts';

export interface LessonDockerfile extends Submitted {
  lesson: string;
  /** Absolute path of the lesson, and the line of the block's opening backticks. */
  file: string;
  line: number;
  /** Slug of the exercise whose app it is built with. */
  app: string;
  target: string | undefined;
  buildArgs: Record<string, string>;
  /** Neither: it builds. */
  expect: { fails?: string; refusedBy?: string; passes?: string };
  /** The check that `refusedBy` or `passes` means, when it is none of the exercise but one of the page itself. */
  ownCheck?: ParsedCheck;
}

/** Slugs in course order, which is the order of their names. */
export async function lessonsIn(contentDir: string, problems: ContentProblem[]): Promise<string[]> {
  const file = join(contentDir, 'lessons');
  try {
    const names = await readdir(file);
    return names
      .filter((name) => name.endsWith('.mdx'))
      .map((name) => basename(name, '.mdx'))
      .sort();
  } catch (error) {
    problems.push({
      file,
      line: undefined,
      message: `expected a folder with lessons, found ${describeFileError(error)}`,
    });
    return [];
  }
}

export interface LessonText {
  lesson: string;
  file: string;
  text: string;
  /** What a page asks of its own examples; exercises need not ask the same. */
  ownCheck?: ParsedCheck | undefined;
}

interface Reading {
  lesson: LessonText;
  exercises: readonly Exercise[];
  /** The wholes of this lesson that have a name, with their app. */
  named: Map<string, Submitted & { app: string }>;
  problem: (message: string) => undefined;
}

/** In the order of the text. A block with a problem is left out. */
export function dockerfilesIn(
  lesson: LessonText,
  exercises: readonly Exercise[],
  problems: ContentProblem[],
): LessonDockerfile[] {
  const named: Reading['named'] = new Map();
  return fencesIn(lesson.text)
    .filter(({ language }) => language === 'dockerfile' || language === 'docker')
    .flatMap((fence) => {
      const problem = (message: string): undefined => {
        problems.push({ file: lesson.file, line: fence.line, message });
      };
      return readBlock(fence, { lesson, exercises, named, problem }) ?? [];
    });
}

function readBlock(fence: Fence, reading: Reading): LessonDockerfile | undefined {
  const { lesson, named, problem } = reading;
  const { marks, problems } = readMarks(fence.meta);
  for (const message of problems) problem(message);
  if (problems.length > 0) return undefined;
  const whole = marks.of === undefined ? undefined : findWhole(marks.of, reading);
  if (marks.of !== undefined && whole === undefined) return undefined;
  const app = appOf(marks, whole?.app, reading);
  const text = textOf(fence, { marks, whole: whole?.dockerfile, problem });
  const dockerignore = marks.dockerignore === undefined ? whole : findWhole(marks.dockerignore, reading);
  const buildArgs = marks.args === undefined ? {} : readBuildArgs(marks.args);
  if (buildArgs === undefined) problem(`expected args="NAME=value", found "${marks.args}"`);
  if (app === undefined || text === undefined || buildArgs === undefined) return undefined;
  const checkId = marks.refusedBy ?? marks.passes;
  const ownCheck = checkId !== undefined && checkId === lesson.ownCheck?.id ? lesson.ownCheck : undefined;
  if (ownCheck === undefined && !knowsCheck(app, checkId, problem)) return undefined;
  const files = { dockerfile: text, dockerignore: dockerignore?.dockerignore };
  if (marks.name !== undefined) named.set(marks.name, { ...files, app: app.slug });
  return {
    ...{ lesson: lesson.lesson, file: lesson.file, line: fence.line, app: app.slug },
    ...{ ...files, target: marks.target, buildArgs },
    expect: {
      ...(marks.fails && { fails: marks.fails }),
      ...(marks.refusedBy && { refusedBy: marks.refusedBy }),
      ...(marks.passes && { passes: marks.passes }),
    },
    ...(ownCheck !== undefined && { ownCheck }),
  };
}

/** `go-scratch/solution`, or `#name` for a block above. */
function findWhole(name: string, { exercises, named, problem }: Reading): (Submitted & { app: string }) | undefined {
  if (name.startsWith('#')) {
    const found = named.get(name.slice(1));
    const known = [...named.keys()].map((each) => `#${each}`);
    return found ?? problem(`expected a block above with name="${name.slice(1)}", found none${nearestOf(name, known)}`);
  }
  const wholes = exercises.flatMap(wholesOf);
  const found = wholes.find((whole) => whole.name === name);
  if (found !== undefined) return found;
  const known = wholes.map((each) => each.name);
  return problem(`expected a whole like go-scratch/solution or #name, found "${name}"${nearestOf(name, known)}`);
}

function wholesOf(exercise: Exercise): (Submitted & { name: string; app: string })[] {
  const { slug: app, solution, starter, alsoRight, mistakes } = exercise;
  return [
    { ...solution, name: `${app}/solution`, app },
    { ...starter, name: `${app}/starter`, app },
    ...alsoRight.map(({ name, files }) => ({ ...files, name: `${app}/also-right/${name}`, app })),
    ...mistakes.map(({ name, files }) => ({ ...files, name: `${app}/mistakes/${name}`, app })),
  ];
}

function appOf(
  marks: FenceMarks,
  ofWhole: string | undefined,
  { lesson, exercises, problem }: Reading,
): Exercise | undefined {
  const slug = marks.app ?? ofWhole;
  if (slug === undefined) {
    const [first] = exercises
      .filter((exercise) => exercise.lesson === lesson.lesson)
      .toSorted((one, other) => one.order - other.order || (one.slug < other.slug ? -1 : 1));
    return (
      first ?? problem('expected app="…": this lesson has no exercise whose app its Dockerfiles could be built with')
    );
  }
  const known = exercises.map((each) => each.slug);
  const found = exercises.find((each) => each.slug === slug);
  return found ?? problem(`expected the app of an exercise, found "${slug}"${nearestOf(slug, known)}`);
}

function textOf(
  fence: Fence,
  { marks, whole, problem }: { marks: FenceMarks; whole: string | undefined; problem: Reading['problem'] },
): string | undefined {
  if (whole !== undefined) {
    const laidIn = layIn(fence.text, whole, marks);
    return laidIn.ok ? laidIn.text : problem(laidIn.message);
  }
  if (/^\s*FROM\s/im.test(fence.text)) return fence.text;
  return problem(
    'expected a whole Dockerfile, found no FROM; say which one this is a part of: of="go-scratch/solution"',
  );
}

function knowsCheck({ slug, checks }: Exercise, refusedBy: string | undefined, problem: Reading['problem']): boolean {
  const ids = checks.map(({ id }) => id);
  if (refusedBy === undefined || ids.includes(refusedBy)) return true;
  problem(`expected a check of ${slug} (${ids.join(', ')}), found "${refusedBy}"`);
  return false;
}
