/**
 * The grader's API as the browser uses it: fetch and zod, nothing kept. What comes over the wire is parsed here, and
 * the rest of the site trusts its types.
 */
import type { z } from 'zod';
import {
  type CatalogueView,
  catalogueViewSchema,
  type Exercise,
  exerciseSchema,
  type Solution,
  solutionSchema,
} from '../../grader/contract/exercise.ts';
import {
  type CourseImage,
  type CourseImageKind,
  courseImageSchema,
  type LayerFiles,
  layerFilesSchema,
  type SubmissionLayers,
  submissionLayersSchema,
} from '../../grader/contract/layers.ts';
import { type NewRebuild, type Rebuild, rebuildSchema } from '../../grader/contract/rebuild.ts';
import {
  apiErrorSchema,
  type NewSubmission,
  type Submission,
  type SubmissionSummary,
  submissionSchema,
  submissionSummarySchema,
} from '../../grader/contract/submission.ts';
import {
  type FileList,
  fileListSchema,
  type TerminalView,
  terminalViewSchema,
} from '../../grader/contract/terminal.ts';
import { onSite } from '../address.ts';
import { strings } from '../strings.ts';

/** A refusal or a fault, with a sentence for people. `status` 0: no answer at all. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
  }

  /** Nobody answered, or the server is just starting: the same call may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export const eventsAddress = (id: string, after: number) =>
  onSite(`/api/submissions/${encodeURIComponent(id)}/events?after=${after}`);

export function getExercise(slug: string, options: CallOptions = {}): Promise<Exercise> {
  return call(`/api/exercises/${encodeURIComponent(slug)}`, { signal: options.signal }, exerciseSchema);
}

/** The base images that a FROM may name. */
export function getCatalogue(options: CallOptions = {}): Promise<CatalogueView> {
  return call('/api/catalogue', { signal: options.signal }, catalogueViewSchema);
}

/** Refused (403) until this learner has passed the exercise. */
export function getSolution(slug: string, options: CallOptions = {}): Promise<Solution> {
  return call(`/api/exercises/${encodeURIComponent(slug)}/solution`, { signal: options.signal }, solutionSchema);
}

/** This learner's submissions for one exercise, newest first. */
export function getSubmissions(exercise: string, options: CallOptions = {}): Promise<SubmissionSummary[]> {
  const address = `/api/submissions?exercise=${encodeURIComponent(exercise)}`;
  return call(address, { signal: options.signal }, submissionSummarySchema.array());
}

export function getSubmission(id: string, options: CallOptions = {}): Promise<Submission> {
  return call(`/api/submissions/${encodeURIComponent(id)}`, { signal: options.signal }, submissionSchema);
}

/** The layers of what a submission built, without their files. @throws ApiFailure 404 when nothing was built */
export function getLayers(id: string, options: CallOptions = {}): Promise<SubmissionLayers> {
  return call(`/api/submissions/${encodeURIComponent(id)}/layers`, { signal: options.signal }, submissionLayersSchema);
}

/** @throws ApiFailure 404 when they are not kept */
export function getLayerFiles(id: string, diffId: string, options: CallOptions = {}): Promise<LayerFiles> {
  const address = `/api/submissions/${encodeURIComponent(id)}/layers/${encodeURIComponent(diffId)}`;
  return call(address, { signal: options.signal }, layerFilesSchema);
}

const courseImagePath = (slug: string, kind: CourseImageKind) =>
  `/api/exercises/${encodeURIComponent(slug)}/images/${kind}`;

/** The image of an exercise's starter or solution. @throws ApiFailure 403 for a solution that is not earned */
export function getCourseImage(slug: string, kind: CourseImageKind, options: CallOptions = {}): Promise<CourseImage> {
  return call(courseImagePath(slug, kind), { signal: options.signal }, courseImageSchema);
}

/** Has it built, unless it is. */
export function postCourseImage(slug: string, kind: CourseImageKind, options: CallOptions = {}): Promise<CourseImage> {
  return call(courseImagePath(slug, kind), { method: 'POST', signal: options.signal }, courseImageSchema);
}

/** The files of one of its layers. @throws ApiFailure 404 when they are not kept */
export function getCourseLayerFiles(
  { slug, kind }: { slug: string; kind: CourseImageKind },
  diffId: string,
  options: CallOptions = {},
): Promise<LayerFiles> {
  const address = `${courseImagePath(slug, kind)}/layers/${encodeURIComponent(diffId)}`;
  return call(address, { signal: options.signal }, layerFilesSchema);
}

export function postSubmission(submission: NewSubmission, options: CallOptions = {}): Promise<Submission> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(submission),
    signal: options.signal,
  };
  return call('/api/submissions', init, submissionSchema);
}

/** Cancels and says how it stands now; undefined when it had finished before, which changes nothing. */
export async function cancelSubmission(id: string, options: CallOptions = {}): Promise<Submission | undefined> {
  try {
    const init = { method: 'DELETE', signal: options.signal };
    return await call(`/api/submissions/${encodeURIComponent(id)}`, init, submissionSchema);
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 409) return undefined;
    throw error;
  }
}

/** The cache lab's rebuilds of one submission, newest first. */
export function getRebuilds(submission: string, options: CallOptions = {}): Promise<Rebuild[]> {
  const address = `/api/submissions/${encodeURIComponent(submission)}/rebuilds`;
  return call(address, { signal: options.signal }, rebuildSchema.array());
}

export function postRebuild(submission: string, rebuild: NewRebuild, options: CallOptions = {}): Promise<Rebuild> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rebuild),
    signal: options.signal,
  };
  return call(`/api/submissions/${encodeURIComponent(submission)}/rebuilds`, init, rebuildSchema);
}

const terminalPath = (id: string) => `/api/submissions/${encodeURIComponent(id)}/terminal`;

/** What there is to look into of an attempt's image. */
export function getTerminal(id: string, options: CallOptions = {}): Promise<TerminalView> {
  return call(terminalPath(id), { signal: options.signal }, terminalViewSchema);
}

/** A folder of an attempt's image. */
export function getFiles(id: string, path: string, options: CallOptions = {}): Promise<FileList> {
  const address = `${terminalPath(id)}/files?path=${encodeURIComponent(path)}`;
  return call(address, { signal: options.signal }, fileListSchema);
}

/** Of the socket of a shell. */
export const terminalAddress = (id: string) =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${onSite(terminalPath(id))}/socket`;

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
}

async function request(address: string, init: Init): Promise<Response> {
  try {
    return await fetch(onSite(address), { ...init, signal: init.signal ?? null, credentials: 'same-origin' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure(0, 'unreachable', strings.api.unreachable);
  }
}

async function call<T>(address: string, init: Init, schema: z.ZodType<T>): Promise<T> {
  const response = await request(address, init);
  if (!response.ok) throw await failureOf(response);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ApiFailure(response.status, 'strange_answer', strings.api.strange(address));
  return parsed.data;
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const parsed = apiErrorSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiFailure(response.status, parsed.data.error.code, parsed.data.error.message);
  return new ApiFailure(response.status, 'unknown', strings.api.unreachable);
}
