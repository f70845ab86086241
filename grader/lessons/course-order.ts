/** Lessons as a row: what leads from one to the next, what each builds on, and that a module is in one piece. */
import { basename } from 'node:path';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { nearestOf } from './nearest-of.ts';
import type { FrontMatter, ReadLesson } from './read-lesson.ts';

export interface LessonHead {
  file: string;
  front: FrontMatter;
  lineOf: ReadLesson['lineOf'];
}

/** @param heads in course order, which is the order of their names */
export function checkOrder(heads: readonly LessonHead[]): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const over = new Set<string>();
  const names = heads.map(({ file }) => basename(file, '.mdx'));
  heads.forEach(({ file, front, lineOf }, at) => {
    const before = heads[at - 1];
    if (before !== undefined && before.front.module !== front.module) over.add(before.front.module);
    if (over.has(front.module)) {
      const message = `module: expected the lessons of "${front.module}" one after the other, found "${before?.front.module}" between them; mind the numbers of the files`;
      problems.push({ file, line: lineOf('module'), message });
    }
    for (const needed of front.needs ?? []) {
      if (names.indexOf(needed) >= 0 && names.indexOf(needed) < at) continue;
      const message = `needs: expected lessons before this one, found "${needed}"${nearestOf(needed, names.slice(0, at))}`;
      problems.push({ file, line: lineOf('needs'), message });
    }
    const last = at === heads.length - 1;
    if (!last && front.next === undefined) {
      problems.push({ file, line: 1, message: 'next: expected a sentence that leads to the next lesson, found none' });
    }
  });
  return problems;
}
