/** The Dockerfiles of the pages that explain a check or a build error: those with marks are built, as a lesson's are. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ParsedCheck, parseCheck } from '../checks/registry.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { addIssues, yamlFrom } from '../exercises/yaml-file.ts';
import { fencesIn } from './fences.ts';
import { dockerfilesIn, type LessonDockerfile, type LessonText } from './lesson-dockerfiles.ts';

const graderDir = resolve(import.meta.dirname, '..');

export interface PageProofs {
  /** `checks/size`, `errors/file-not-found`. */
  names: string[];
  dockerfiles: LessonDockerfile[];
  problems: ContentProblem[];
}

export async function pageProofs(exercises: readonly Exercise[]): Promise<PageProofs> {
  const problems: ContentProblem[] = [];
  const pages = [...(await checkPages(problems)), ...(await errorPages())];
  const dockerfiles = pages.flatMap((page) => dockerfilesIn(onlyMarked(page), exercises, problems));
  return { names: pages.map(({ lesson }) => lesson), dockerfiles, problems };
}

/** A block without marks is proved elsewhere: by a recording of what Docker said, or by its check's own tests. */
function onlyMarked(page: LessonText): LessonText {
  const lines = page.text.split('\n');
  for (const { line, meta } of fencesIn(page.text)) {
    if (meta === '') lines[line - 1] = (lines[line - 1] ?? '').replace(/dockerfile\s*$/, 'text');
  }
  return { ...page, text: lines.join('\n') };
}

async function checkPages(problems: ContentProblem[]): Promise<LessonText[]> {
  const folder = join(graderDir, 'checks');
  const entries = await readdir(folder, { withFileTypes: true });
  const types = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    types.sort().map(async (type) => {
      const page = await pageAt(`checks/${type}`, join(folder, type, 'explain.md'));
      return { ...page, ownCheck: ownCheckOf(type, page, problems) };
    }),
  );
}

/** `check:` in a page's head holds parameters of its check, whose id is then the type: what its examples are asked. */
function ownCheckOf(type: string, { file, text }: LessonText, problems: ContentProblem[]): ParsedCheck | undefined {
  const head = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? '';
  const yaml = yamlFrom(file, `\n${head}\n`, problems);
  const { check } = (yaml?.value ?? {}) as { check?: unknown };
  if (yaml === undefined || typeof check !== 'object' || check === null) return undefined;
  const result = parseCheck({ ...check, id: type, type });
  if (result.ok) return result.check;
  addIssues(result.issues, { yaml, at: ['check'], problems });
  return undefined;
}

async function errorPages(): Promise<LessonText[]> {
  const folder = join(graderDir, 'verdict', 'build-errors', 'explain');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  return await Promise.all(files.map((name) => pageAt(`errors/${basename(name, '.md')}`, join(folder, name))));
}

async function pageAt(lesson: string, file: string): Promise<LessonText> {
  return { lesson, file, text: await readFile(file, 'utf8') };
}
