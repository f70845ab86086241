/** What goes over the wire for one submission: the request, its state, and the events of its way. */
import { z } from 'zod';
import { checkReportSchema, reportSchema, scoreSchema, verdictSchema, vertexReportSchema } from './report.ts';

export const newSubmissionSchema = z.object({
  exercise: z.string().min(1).max(100).describe('slug of the exercise'),
  dockerfile: z.string().describe('the text of the Dockerfile'),
  dockerignore: z.string().optional().describe('the text of .dockerignore; absent means the file does not exist'),
});
export type NewSubmission = z.infer<typeof newSubmissionSchema>;

export const submissionStateSchema = z.enum(['queued', 'grading', 'finished', 'cancelled']);
export type SubmissionState = z.infer<typeof submissionStateSchema>;

export const phaseSchema = z.enum(['admit', 'prepare', 'build', 'evidence', 'judge']);
export type Phase = z.infer<typeof phaseSchema>;

/** One submission as its learner may see it. */
export const submissionSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  attempt: z.number().int().positive(),
  state: submissionStateSchema,
  verdict: verdictSchema.optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  dockerfile: z.string(),
  dockerignore: z.string().optional(),
  report: reportSchema.optional(),
  message: z.string().optional().describe('what went wrong on our side, when the verdict is grader_error'),
  /** Seq of the newest event, to follow from. */
  lastEventSeq: z.number().int().nonnegative(),
});
export type Submission = z.infer<typeof submissionSchema>;

/** A row of the learner's own attempts. */
export const submissionSummarySchema = submissionSchema
  .pick({
    id: true,
    exercise: true,
    attempt: true,
    state: true,
    verdict: true,
    message: true,
    createdAt: true,
    finishedAt: true,
  })
  .extend({
    points: scoreSchema.shape.points.optional().describe('of an exercise that gives points'),
    sizeBytes: z.number().int().nonnegative().optional().describe('of the image'),
    buildMs: z.number().nonnegative().optional(),
    rebuildSeconds: z.number().nonnegative().optional().describe('of the first build after an edit'),
  });
export type SubmissionSummary = z.infer<typeof submissionSummarySchema>;

/** What happens on the way; the SSE `id` is `seq`, the SSE `event` is `type`. */
export const submissionEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: submissionStateSchema, queuePosition: z.number().int().optional() }),
  z.object({ type: z.literal('phase'), phase: phaseSchema, detail: z.string().optional() }),
  z.object({
    type: z.literal('log'),
    /** Lines in order; `stage` colours their prefix. */
    lines: z.array(
      z.object({
        text: z.string(),
        stream: z.enum(['stdout', 'stderr', 'note']),
        stage: z.string().optional(),
        vertex: z.string().optional(),
      }),
    ),
  }),
  z.object({
    type: z.literal('vertex'),
    vertex: vertexReportSchema,
    status: z.enum(['running', 'done', 'cached', 'failed']),
  }),
  z.object({ type: z.literal('check'), check: checkReportSchema }),
  /** The attempt was taken over by another worker: what came before no longer counts. */
  z.object({ type: z.literal('restarted'), reason: z.string() }),
  z.object({
    type: z.literal('finished'),
    verdict: verdictSchema,
    message: z.string().optional().describe('what went wrong on our side, when the verdict is grader_error'),
  }),
  z.object({ type: z.literal('cancelled') }),
]);
export type SubmissionEvent = z.infer<typeof submissionEventSchema>;
export type LogLine = Extract<SubmissionEvent, { type: 'log' }>['lines'][number];

export const apiErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().describe('one sentence for people'),
    /** To find the raw error in the log. */
    id: z.string().optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});
export type ApiError = z.infer<typeof apiErrorSchema>;
