import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCheck } from '../checks/registry.ts';
import { type ContentProblem, problemText } from '../exercises/content-problem.ts';
import { loadExercises } from '../exercises/load-exercises.ts';
import { casesOfLesson } from '../verify-exercise.ts';
import { dockerfilesIn } from './lesson-dockerfiles.ts';

const contentDir = join(import.meta.dirname, '../../content');
const { exercises } = await loadExercises(contentDir);

function read(text: string, lesson = '03-static-binary') {
  const problems: ContentProblem[] = [];
  const dockerfiles = dockerfilesIn({ lesson, file: 'l.mdx', text }, exercises, problems);
  return { dockerfiles, problems: problems.map(problemText) };
}

const fence = (meta: string, body = 'FROM scratch\nCOPY a /a') =>
  `Text.\n\n\`\`\`dockerfile ${meta}\n${body}\n\`\`\`\n`;

describe('the Dockerfiles in the text of a lesson', () => {
  test('are built with the app of its first exercise, whole and as they are', () => {
    const { dockerfiles, problems } = read(fence(''));
    expect(problems).toEqual([]);
    expect(dockerfiles).toMatchObject([
      { app: 'go-scratch', line: 3, dockerfile: 'FROM scratch\nCOPY a /a\n', dockerignore: undefined, expect: {} },
    ]);
  });

  test('may name another app, a target, arguments and how they fail', () => {
    const { dockerfiles } = read(fence(`app="ts-two-stages" target="test" args="A=1 B=x=y" fails='no "tsc"'`));
    expect(dockerfiles).toMatchObject([
      { app: 'ts-two-stages', target: 'test', buildArgs: { A: '1', B: 'x=y' }, expect: { fails: 'no "tsc"' } },
    ]);
  });

  test('are read without the indentation of the component around them', () => {
    const text = '<Dockerfile>\n  ```dockerfile\n  FROM a\n    RUN b\n  ```\n</Dockerfile>\n';
    expect(read(text).dockerfiles).toMatchObject([{ dockerfile: 'FROM a\n  RUN b\n', line: 2 }]);
  });

  test('other languages are none, and a fence inside a longer fence is none', () => {
    const text = '```text\nFROM a\n```\n\n````md\n```dockerfile\nFROM b\n```\n````\n';
    expect(read(text)).toEqual({ dockerfiles: [], problems: [] });
  });

  test('a part is laid into a case of an exercise, with its .dockerignore and app', () => {
    const part = fence('of="express-cache/solution" instead="RUN npm"', 'RUN echo other');
    const { dockerfiles, problems } = read(part);
    expect(problems).toEqual([]);
    const [one] = dockerfiles;
    expect(one?.dockerfile).toContain('\nRUN echo other\n');
    expect(one?.dockerfile).not.toContain('npm ci');
    expect(one?.app).toBe('express-cache');
    expect(one?.dockerignore).toBe(exercises.find(({ slug }) => slug === 'express-cache')?.solution.dockerignore);
  });

  test('a part is laid into a named block above it', () => {
    const text = fence('name="two"', 'FROM a AS b\nRUN x\nFROM c') + fence('of="#two" after="RUN x"', 'RUN y');
    expect(read(text).dockerfiles[1]?.dockerfile).toBe('FROM a AS b\nRUN x\nRUN y\nFROM c\n');
  });
});

describe('a page that asks its examples something of its own', () => {
  const parsed = parseCheck({ id: 'env', type: 'env', has: { A: '1' } });
  const ownCheck = parsed.ok ? parsed.check : undefined;
  const page = (meta: string) => {
    const problems: ContentProblem[] = [];
    const text = { lesson: 'checks/env', file: 'explain.md', text: fence(meta), ownCheck };
    return { problems, dockerfiles: dockerfilesIn(text, exercises, problems) };
  };

  test('has it judged beside the checks of the exercise, and only where a mark means it', () => {
    const { dockerfiles, problems } = page('app="go-scratch" refusedBy="env"');
    expect(problems).toEqual([]);
    expect(casesOfLesson(dockerfiles)).toMatchObject([
      { besides: ownCheck, checks: ['env'], expect: { verdict: 'built', refusedBy: 'env' } },
    ]);
    const [other] = casesOfLesson(page('app="go-scratch" passes="small"').dockerfiles);
    expect(other).toMatchObject({ checks: ['small'], expect: { passes: 'small' } });
    expect(other).not.toHaveProperty('besides');
  });

  test('may not mean a check that neither it nor the exercise has', () => {
    expect(page('app="go-scratch" passes="labels"').problems.map(problemText)[0]).toMatch(/found "labels"$/);
  });
});

describe('a mark that is wrong', () => {
  test.each([
    ['ap="go-scratch"', /^l.mdx:3: expected one of the marks app, .*found "ap"; did you mean "app"\?$/],
    ['fragment', /expected marks like app="go-scratch", found "fragment"/],
    ['app="go-scratsh"', /expected the app of an exercise, found "go-scratsh"; did you mean "go-scratch"\?/],
    ['app=""', /expected a value for the mark app/],
    [
      'of="go-scratch/solutoin"',
      /expected a whole like go-scratch\/solution or #name.*did you mean "go-scratch\/solution"\?/,
    ],
    ['of="#one"', /expected a block above with name="one", found none/],
    ['of="go-scratch/solution" instead="RUN nothing"', /begins with "RUN nothing", found none/],
    ['of="go-scratch/solution" after="COPY"', /begins with "COPY", found 5/],
    ['of="go-scratch/solution" instead="ENTRYPOINT" to="WORKDIR"', /"WORKDIR" stands above "ENTRYPOINT"/],
    ['of="go-scratch/solution" after="ENTRYPOINT" before="USER"', /one place for the fragment, found after and before/],
    ['instead="RUN"', /expected of="…" beside instead/],
    ['fails="x" refusedBy="small"', /found fails and refusedBy/],
    ['refusedBy="smal"', /expected a check of go-scratch \(.*small.*\), found "smal"/],
    ['args="1A=x"', /expected args="NAME=value", found "1A=x"/],
  ])('%s is told with file and line', (meta, expected) => {
    const { dockerfiles, problems } = read(fence(meta));
    expect(dockerfiles).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test('a part that names no whole, and a lesson without any exercise, are told', () => {
    expect(read(fence('', 'RUN x')).problems[0]).toMatch(/found no FROM; say which one this is a part of/);
    expect(read(fence(''), '99-none').problems[0]).toMatch(/expected app="…": this lesson has no exercise/);
  });
});
