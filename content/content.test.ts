import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemText } from '../grader/exercises/content-problem.ts';
import { readContent } from '../grader/lessons/check-content.ts';

const contentDir = import.meta.dirname;
const files = readdirSync(contentDir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(contentDir, join(entry.parentPath, entry.name)));
const read = (path: string) => readFileSync(join(contentDir, path), 'utf8');
const pick = (pattern: RegExp) => files.filter((path) => pattern.test(path));

interface Quiz {
  lesson: string;
  questions: {
    id: string;
    question: string;
    proof: string[];
    options: { id: string; text: string; right?: boolean; feedback: string }[];
  }[];
}

const quizzes = pick(/^quizzes\/.+\.yaml$/);

describe('the whole of it', () => {
  it('has no problem: a missing file, a broken link or mark, an id that is not measured, an answer without proof', async () => {
    const { problems, dockerfiles } = await readContent(contentDir);
    expect(problems.map(problemText)).toEqual([]);
    expect(dockerfiles.length).toBeGreaterThan(8);
  });
});

describe('the exercises', () => {
  it('hold no file that git ignores: a clone would lack it', () => {
    const ignored = ['ls-files', '--others', '--ignored', '--exclude-standard', '--', 'exercises'];
    const found = spawnSync('git', ignored, { cwd: contentDir, encoding: 'utf8' });
    // Not every checkout has a git that knows it; then nothing can be ignored either.
    expect(found.status === 0 ? found.stdout : '').toBe('');
  });
});

describe('the prose', () => {
  it.each(pick(/\.mdx$/))('%s types no size of an image: sizes are measured', (path) => {
    // The limits of an exercise ("under 230 MB") are set by us, not measured: a brief may name those.
    const sentences = path.endsWith('brief.mdx') ? read(path).replaceAll(/under \d+ [kMG]B/g, '') : read(path);
    expect(sentences.match(/\d+([.,]\d+)?\s?(kB|MB|GB|KiB|MiB|GiB)\b/g) ?? []).toEqual([]);
  });

  it.each(pick(/\.mdx$/))('%s measures only exercises and variants that exist', (path) => {
    for (const [, slug, variant] of read(path).matchAll(/"exercise:([^:"]+):([^"]+)"/g)) {
      expect(files).toContain(`exercises/${slug}/${variant}/Dockerfile`);
    }
  });

  it.each(pick(/^lessons\/.+\.mdx$/))('%s asks or lets you do something in every section', (path) => {
    for (const section of read(path).split(/^## /m).slice(1)) {
      expect(section, section.split('\n')[0]).toMatch(/<(Predict|Exercise)\b/);
    }
  });
});

describe('the quizzes', () => {
  it.each(quizzes)('%s has one right option per question, feedback for each and an honest "I don\'t know"', (path) => {
    const quiz: Quiz = parse(read(path));
    for (const question of quiz.questions) {
      expect(question.options.filter((option) => option.right).length, question.id).toBe(1);
      expect(question.options.at(-1)?.id, question.id).toBe('dont-know');
      expect(new Set(question.options.map((option) => option.id)).size).toBe(question.options.length);
      for (const option of question.options) expect(option.feedback.length, option.id).toBeGreaterThan(20);
    }
  });

  it.each(quizzes)('%s has options of similar length, so that length gives nothing away', (path) => {
    const quiz: Quiz = parse(read(path));
    for (const question of quiz.questions) {
      const lengths = question.options
        .filter((option) => option.id !== 'dont-know')
        .map((option) => option.text.length);
      expect(Math.max(...lengths) / Math.min(...lengths), question.id).toBeLessThan(1.6);
    }
  });

  it.each(quizzes)('%s names Dockerfiles that prove its answers', (path) => {
    const quiz: Quiz = parse(read(path));
    for (const proof of quiz.questions.flatMap((question) => question.proof)) {
      expect(files).toContain(`exercises/${proof}/Dockerfile`);
    }
  });

  it.each(pick(/^lessons\/.+\.mdx$/))('%s leaves the check-up to its quiz, which the page shows at its end', (path) => {
    expect(read(path)).not.toMatch(/^## Check-up/m);
    const lesson = path.replace(/^lessons\/|\.mdx$/g, '');
    expect((parse(read(`quizzes/${lesson}.yaml`)) as Quiz).lesson).toBe(lesson);
  });
});

describe('the lock files', () => {
  it.each(pick(/package-lock\.json$/))('%s names no place to download from', (path) => {
    const lock: { lockfileVersion: number; packages: Record<string, { resolved?: string; integrity?: string }> } =
      JSON.parse(read(path));
    expect(lock.lockfileVersion).toBe(3);
    for (const [name, entry] of Object.entries(lock.packages)) {
      expect(entry.resolved, name).toBeUndefined();
      if (name !== '') expect(entry.integrity, name).toMatch(/^sha512-/);
    }
  });
});

describe('what the app folder of express-cache should keep out of its image', () => {
  it('is there, and stays small enough for this repository', () => {
    const app = pick(/^exercises\/express-cache\/app\//);
    for (const junk of ['.env', 'coverage/lcov.info', 'docs/handbook.md', 'test/fixtures/orders.json']) {
      expect(app).toContain(`exercises/express-cache/app/${junk}`);
    }
    const bytes = app.reduce((sum, path) => sum + readFileSync(join(contentDir, path)).length, 0);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(1_500_000);
  });
});
