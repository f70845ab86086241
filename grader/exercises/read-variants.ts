/** Reads the Dockerfiles of an exercise: starter, solution, other right answers and mistakes. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import type { ContentProblem } from './content-problem.ts';
import { describeFileError } from './describe-file-error.ts';
import type { AlsoRight, Mistake, Submitted } from './exercise.ts';
import { readUtf8, readUtf8IfThere } from './read-text.ts';
import { mistakeSchema } from './schemas.ts';
import { parseYaml, readYaml, type YamlFile } from './yaml-file.ts';

const { dockerfileBytes, dockerignoreBytes } = limits.admit;

/** The same bounds as for a learner's texts: an author's answer has to be one that could be sent. */
export async function readSubmitted(folder: string, problems: ContentProblem[]): Promise<Submitted> {
  const [dockerfile, dockerignore] = await Promise.all([
    readUtf8(join(folder, 'Dockerfile'), { bytesMax: dockerfileBytes, problems }),
    readUtf8IfThere(join(folder, '.dockerignore'), { bytesMax: dockerignoreBytes, problems }),
  ]);
  if (dockerfile?.trim() === '') {
    problems.push({
      file: join(folder, 'Dockerfile'),
      line: undefined,
      message: 'expected a Dockerfile, found an empty file',
    });
  }
  return { dockerfile: dockerfile ?? '', dockerignore };
}

export async function readAlsoRight(dir: string, problems: ContentProblem[]): Promise<AlsoRight[]> {
  const names = await foldersIn(join(dir, 'also-right'), { atLeast: 1, problems });
  return Promise.all(
    names.map(async (name) => {
      const folder = join(dir, 'also-right', name);
      const note = await readUtf8IfThere(join(folder, 'note.md'), { bytesMax: limits.content.yamlBytesMax, problems });
      return { name, note, files: await readSubmitted(folder, problems) };
    }),
  );
}

export interface ReadMistake {
  mistake: Mistake;
  yaml: YamlFile;
}

export async function readMistakes(dir: string, problems: ContentProblem[]): Promise<ReadMistake[]> {
  const names = await foldersIn(join(dir, 'mistakes'), { atLeast: 3, problems });
  const read = await Promise.all(names.map((name) => readMistake(join(dir, 'mistakes', name), { name, problems })));
  return read.filter((each) => each !== undefined);
}

async function readMistake(
  folder: string,
  { name, problems }: { name: string; problems: ContentProblem[] },
): Promise<ReadMistake | undefined> {
  const [files, yaml] = await Promise.all([
    readSubmitted(folder, problems),
    readYaml(join(folder, 'mistake.yaml'), problems),
  ]);
  const facts = yaml === undefined ? undefined : parseYaml(yaml, mistakeSchema, problems);
  if (yaml === undefined || facts === undefined) return undefined;
  return { mistake: { name, files, ...facts, buildError: facts.buildError }, yaml };
}

async function foldersIn(
  folder: string,
  { atLeast, problems }: { atLeast: number; problems: ContentProblem[] },
): Promise<string[]> {
  const add = (found: string): void => {
    const noun = atLeast === 1 ? 'folder' : 'folders';
    problems.push({
      file: folder,
      line: undefined,
      message: `expected at least ${atLeast} ${noun} with a Dockerfile, found ${found}`,
    });
  };
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    if (names.length < atLeast) add(String(names.length));
    return names.sort();
  } catch (error) {
    add(describeFileError(error));
    return [];
  }
}
