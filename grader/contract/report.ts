/**
 * What a build and its checks showed: printed by `grade --json` and `inspect --json`, stored with a submission,
 * rendered by the browser. Its JSON Schema is published at `/api/schema/report.json` and by `stagecraft schema`.
 *
 * This folder imports nothing of ours: browser and grader share it.
 */
import { z } from 'zod';

export const verdictSchema = z
  .enum(['passed', 'failed', 'build_failed', 'limit_exceeded', 'grader_error'])
  .describe('The sum of all checks; `grader_error` is our fault and never costs an attempt.');
export type Verdict = z.infer<typeof verdictSchema>;

export const lineSchema = z.number().int().positive().describe('1-based line of the Dockerfile');

export const checkReportSchema = z.object({
  id: z.string().describe('unique within the exercise'),
  type: z.string().describe('a folder of grader/checks'),
  title: z.string().optional(),
  status: z.enum(['passed', 'failed', 'skipped']),
  expected: z.string(),
  actual: z.string(),
  line: lineSchema.optional(),
  message: z.string().describe('one or two sentences for people: what was found and what to look at'),
  details: z
    .array(z.object({ line: lineSchema.optional(), ok: z.boolean(), message: z.string() }))
    .optional()
    .describe('where a check judges several things by themselves: one each, in the order of lines'),
  sizes: z
    .object({
      maxBytes: z.number().int().nonnegative().describe('the most that was allowed'),
      starterBytes: z.number().int().nonnegative().optional().describe('of the starter, where that is a share of it'),
    })
    .optional()
    .describe('where a size was judged'),
  why: z.string().optional().describe('why this matters in production'),
  readMore: z.string().optional().describe('address of the page that explains the check'),
});
export type CheckReport = z.infer<typeof checkReportSchema>;

/** Something found in the text before building: refused by policy, or a syntax error. */
export const findingSchema = z.object({
  rule: z.string(),
  file: z.enum(['Dockerfile', '.dockerignore']),
  line: lineSchema,
  column: z.number().int().positive(),
  endLine: lineSchema.optional(),
  endColumn: z.number().int().positive().optional(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const vertexReportSchema = z.object({
  name: z.string().describe("BuildKit's vertex name, e.g. `[builder 3/6] RUN npm ci`"),
  stage: z.string().optional(),
  instruction: z.string().optional(),
  line: lineSchema.optional(),
  cached: z.boolean(),
  durationMs: z.number().nonnegative(),
  error: z.string().optional(),
  id: z.number().int().positive().optional().describe('its number in this build, for `inputs`'),
  inputs: z
    .array(z.number().int().positive())
    .optional()
    .describe('ids of the vertexes that it needs; those that are not listed are work of BuildKit for itself'),
  startedAt: z.string().optional().describe('ISO 8601; absent when nothing was done for it, as it was there already'),
  endedAt: z.string().optional().describe('ISO 8601; absent while it runs, and when it never started'),
  transferredBytes: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('only of the build context: what was sent to the builder'),
});
export type VertexReport = z.infer<typeof vertexReportSchema>;

/** BuildKit's name for sending the files that a Dockerfile's COPY may take. */
export const contextVertexName = '[internal] load build context';

/** BuildKit's preparations are no steps of the learner's; sending the context is none either, but depends on them. */
export const isPreparation = ({ name }: Pick<VertexReport, 'name'>): boolean =>
  name.startsWith('[internal]') && name !== contextVertexName;

export const buildErrorSchema = z.object({
  code: z.enum([
    'policy',
    'syntax',
    'file_not_found',
    'unknown_stage',
    'unknown_base_image',
    'compiler_missing',
    'command_not_found',
    'lock_file_missing',
    'package_not_in_mirror',
    'no_space',
    'out_of_memory',
    'too_many_processes',
    'timeout',
    'log_limit',
    'cancelled',
    'command_failed',
    'unknown',
  ]),
  message: z.string().describe('one sentence that explains the error'),
  hint: z.string().optional().describe('the nearest right thing, where it can be known'),
  line: lineSchema.optional(),
  stage: z.string().optional(),
  raw: z.string().optional().describe("BuildKit's own last words"),
});
export type BuildError = z.infer<typeof buildErrorSchema>;

export const buildReportSchema = z.object({
  ok: z.boolean(),
  durationMs: z.number().nonnegative(),
  contextBytes: z.number().int().nonnegative().optional(),
  error: buildErrorSchema.optional(),
  findings: z.array(findingSchema).describe('everything found in the text before building'),
  vertexes: z.array(vertexReportSchema),
});
export type BuildReport = z.infer<typeof buildReportSchema>;

export const layerReportSchema = z.object({
  sizeBytes: z.number().int().nonnegative(),
  createdBy: z.string(),
  line: lineSchema.optional(),
  fromBase: z.boolean().describe('brought by the base image, not by this Dockerfile'),
  diffId: z.string().optional(),
});
export type LayerReport = z.infer<typeof layerReportSchema>;

/** As `docker history` tells it, from the oldest on. */
export const historyReportSchema = z.object({
  createdBy: z.string().describe('cut when it is long'),
  sizeBytes: z.number().int().nonnegative().optional().describe('absent where no layer was made'),
  line: lineSchema.optional(),
  fromBase: z.boolean(),
});
export type HistoryReport = z.infer<typeof historyReportSchema>;

/** What `docker image inspect` adds to the fields that every report has; values are cut when they are long. */
export const imageConfigReportSchema = z.object({
  id: z.string(),
  platform: z.string(),
  env: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  stopSignal: z.string().optional(),
  healthcheck: z.array(z.string()).optional(),
});
export type ImageConfigReport = z.infer<typeof imageConfigReportSchema>;

export const imageReportSchema = z.object({
  sizeBytes: z.number().int().nonnegative(),
  compressedBytes: z.number().int().nonnegative(),
  baseImage: z.string().optional(),
  user: z.string(),
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  workingDir: z.string(),
  exposedPorts: z.array(z.string()),
  layers: z.array(layerReportSchema),
  history: z.array(historyReportSchema).optional().describe('absent in reports of earlier versions'),
  config: imageConfigReportSchema.optional().describe('absent in reports of earlier versions'),
});
export type ImageReport = z.infer<typeof imageReportSchema>;

export const stageReportSchema = z.object({
  name: z.string().describe('its AS name, or its index'),
  index: z.number().int().nonnegative(),
  line: lineSchema,
  baseName: z.string(),
  final: z.boolean(),
  sizeBytes: z.number().int().nonnegative().optional(),
});
export type StageReport = z.infer<typeof stageReportSchema>;

export const scoreSchema = z.object({
  points: z.number().int().nonnegative(),
  max: z.number().int().positive(),
  parts: z.array(
    z.object({
      check: z.string().describe('id of the check that earns them'),
      points: z.number().int().nonnegative(),
      max: z.number().int().positive(),
      sizeBytes: z.number().int().nonnegative().optional().describe('the size that they were given for'),
      seconds: z.number().nonnegative().optional().describe('the time of the rebuild that they were given for'),
    }),
  ),
});
export type Score = z.infer<typeof scoreSchema>;

export const reportSchema = z.object({
  verdict: verdictSchema,
  checks: z.array(checkReportSchema),
  score: scoreSchema.optional().describe('only of exercises that give points'),
  build: buildReportSchema,
  image: imageReportSchema.optional().describe('absent when nothing was built'),
  stages: z.array(stageReportSchema),
  rebuilds: z
    .array(
      z.object({
        edited: z.string().describe('the file that was edited'),
        seconds: z.number().nonnegative().describe('how long the steps took that ran again'),
      }),
    )
    .optional()
    .describe('builds after an edit, where checks asked for them and they went well'),
  advice: z.array(z.object({ message: z.string(), line: lineSchema.optional() })).optional(),
  catalogue: z.object({ source: z.enum(['registry', 'stand-in']) }),
});
export type Report = z.infer<typeof reportSchema>;
