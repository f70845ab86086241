/** The cache lab: a submission that was built is built once more after an edit of one file, and the learner said before what each step will do. */
import { z } from 'zod';
import { lineSchema } from './report.ts';
import { submissionStateSchema } from './submission.ts';

export const predictedStepSchema = z.object({
  line: lineSchema,
  says: z.enum(['cached', 'runs']),
});
export type PredictedStep = z.infer<typeof predictedStepSchema>;

export const newRebuildSchema = z.object({
  edit: z.string().min(1).max(300).describe('path of a text file of the app, like src/index.ts'),
  predicted: z.array(predictedStepSchema).max(100).describe('what the learner says, step by step'),
});
export type NewRebuild = z.infer<typeof newRebuildSchema>;

/** What the build after the edit did with one instruction. */
export const rebuiltStepSchema = z.object({
  line: lineSchema,
  text: z.string().describe('the instruction, cut short'),
  did: z.enum(['cached', 'runs', 'skipped']),
  because: z.string().describe('the rest of a sentence after a colon'),
  durationMs: z.number().nonnegative(),
});
export type RebuiltStep = z.infer<typeof rebuiltStepSchema>;

export const rebuildResultSchema = z.object({
  ok: z.boolean(),
  message: z.string().optional().describe('why the build after the edit failed'),
  durationMs: z.number().nonnegative(),
  steps: z.array(rebuiltStepSchema),
});
export type RebuildResult = z.infer<typeof rebuildResultSchema>;

export const rebuildSchema = z.object({
  id: z.string().describe('also of its events, and to cancel it: a rebuild waits in the line as a submission does'),
  submission: z.string().describe('what is built again'),
  state: submissionStateSchema,
  edit: z.string(),
  predicted: z.array(predictedStepSchema),
  result: rebuildResultSchema.optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  message: z.string().optional().describe('what went wrong on our side'),
});
export type Rebuild = z.infer<typeof rebuildSchema>;
