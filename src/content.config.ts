import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { glossaryLoader } from './course/glossary-loader.ts';

const lessons = defineCollection({
  loader: glob({ pattern: '*.mdx', base: './content/lessons' }),
  schema: z.object({
    title: z.string(),
    summary: z.string(),
    minutes: z.number().int().positive(),
    module: z.string(),
    /** Names of the lessons that this one builds on. */
    needs: z.array(z.string()).default([]),
    /** The reason to read the next lesson, said at the end of this one. */
    next: z.string().optional(),
  }),
});

const quizzes = defineCollection({
  loader: glob({ pattern: '*.yaml', base: './content/quizzes' }),
  schema: z.object({
    lesson: z.string(),
    questions: z.array(
      z.looseObject({
        id: z.string(),
        question: z.string(),
        options: z.array(
          z.object({ id: z.string(), text: z.string(), right: z.boolean().optional(), feedback: z.string() }),
        ),
      }),
    ),
  }),
});

/** Only what the pages show; the grader reads and validates the whole file. */
const exercises = defineCollection({
  loader: glob({
    pattern: '*/exercise.yaml',
    base: './content/exercises',
    generateId: ({ entry }) => entry.replace(/\/exercise\.yaml$/, ''),
  }),
  schema: z.looseObject({
    title: z.string(),
    lesson: z.string(),
    summary: z.string(),
    minutes: z.number().int().positive(),
    stack: z.string(),
    order: z.number().default(1),
    images: z.array(z.string()).default([]),
    checks: z.array(z.looseObject({ type: z.string() })).default([]),
  }),
});

const briefs = defineCollection({
  loader: glob({
    pattern: '*/brief.mdx',
    base: './content/exercises',
    generateId: ({ entry }) => entry.replace(/\/brief\.mdx$/, ''),
  }),
});

const afters = defineCollection({
  loader: glob({
    pattern: '*/after.mdx',
    base: './content/exercises',
    generateId: ({ entry }) => entry.replace(/\/after\.mdx$/, ''),
  }),
});

/** One page per check; a check without its page does not build (`pages/checks/[type].astro`). */
const checks = defineCollection({
  loader: glob({
    pattern: '*/explain.md',
    base: './grader/checks',
    generateId: ({ entry }) => entry.replace(/\/explain\.md$/, ''),
  }),
  schema: z.object({ title: z.string(), summary: z.string() }),
});

/** One page per recognised build error; a unit test holds that none is missing. */
const errors = defineCollection({
  loader: glob({ pattern: '*.md', base: './grader/verdict/build-errors/explain' }),
  schema: z.object({ title: z.string(), summary: z.string(), recording: z.string().optional() }),
});

const glossary = defineCollection({
  loader: glossaryLoader(),
  schema: z.object({
    term: z.string(),
    also: z.array(z.string()).default([]),
    text: z.string(),
    notIn: z.array(z.string()).default([]),
  }),
});

export const collections = { lessons, quizzes, exercises, briefs, afters, checks, errors, glossary };
