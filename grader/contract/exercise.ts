/** An exercise as the browser sees it, and the parts of the service that it asks about. */
import { z } from 'zod';

export const exerciseSummarySchema = z.object({
  slug: z.string(),
  title: z.string(),
  lesson: z.string().describe('slug of the lesson it belongs to'),
  summary: z.string(),
  minutes: z.number().int().positive(),
  stack: z.string().describe('node, go, …'),
  images: z.array(z.string()).describe('catalogue images that must be ready before it can be graded'),
  ready: z.boolean(),
});
export type ExerciseSummary = z.infer<typeof exerciseSummarySchema>;

export const exerciseFileSchema = z.object({
  path: z.string(),
  text: z.string().describe('empty when it is left out'),
  sizeBytes: z.number().int(),
  omitted: z
    .enum(['not_text', 'too_long', 'too_many'])
    .optional()
    .describe('why the text is left out: it is none, the file is too long, or all of them together are too much'),
});

export const exerciseSchema = exerciseSummarySchema.extend({
  starter: z.object({ dockerfile: z.string(), dockerignore: z.string().optional() }),
  /** The app, read only; what can't be shown is named only. */
  files: z.array(exerciseFileSchema),
  checks: z.array(z.object({ id: z.string(), type: z.string(), title: z.string(), expected: z.string() })),
  hints: z.array(z.object({ text: z.string(), checks: z.array(z.string()).optional() })),
  /** A sentence when this exercise can't be graded now. */
  notReady: z.string().optional(),
});
export type Exercise = z.infer<typeof exerciseSchema>;

/** One right answer; only for those who have passed. */
export const solutionSchema = z.object({ dockerfile: z.string(), dockerignore: z.string().optional() });
export type Solution = z.infer<typeof solutionSchema>;

export const catalogueViewSchema = z.object({
  source: z.enum(['registry', 'stand-in']),
  images: z.array(
    z.object({
      name: z.string(),
      aliases: z.array(z.string()),
      summary: z.string(),
      source: z.enum(['registry', 'stand-in']).optional().describe('where the image that is ready came from'),
      fallback: z.string().optional().describe('why it is a stand-in although an official image is pinned'),
      standIn: z.string().optional().describe('what the stand-in is made of; absent for an official image'),
      state: z.enum(['waiting', 'building', 'ready', 'failed']),
      sizeBytes: z.number().int().optional(),
      failure: z.string().optional(),
    }),
  ),
});
export type CatalogueView = z.infer<typeof catalogueViewSchema>;

export const healthSchema = z.object({
  /** `reading`: lessons only, `starting`: some exercises can be graded or soon can, `ready`: everything is there. */
  status: z.enum(['ready', 'starting', 'reading', 'degraded']),
  /** One sentence for the banner, e.g. `node:20-slim ready, 4 of 9`. */
  message: z.string(),
  database: z.object({ ok: z.boolean(), message: z.string().optional() }),
  engine: z.object({ ok: z.boolean(), message: z.string().optional() }),
  images: z.object({ ready: z.number().int(), total: z.number().int(), newest: z.string().optional() }),
  /** What is missing for grading, one sentence each with what to do. */
  missing: z.array(z.string()),
  /** Walls of the sandbox that are missing and that whoever runs this accepted: what is graded is held less well. */
  weakIsolation: z.array(z.string()).optional(),
  tasks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['waiting', 'running', 'ready', 'failed']),
      detail: z.string().optional(),
    }),
  ),
});
export type Health = z.infer<typeof healthSchema>;
