/** Requests to the container and what they have to be answered with: for every check that asks the app something. */
import { z } from 'zod';
import type { ProbeResponse } from '../../engine/engine.ts';
import type { RunEvidence } from '../../evidence/evidence.ts';
import type { RunRequest } from '../../evidence/need.ts';
import type { Judgement } from '../check.ts';
import { failed, notCollected } from '../judgement.ts';
import { regexParam, textOrRegexParam } from '../params.ts';
import { plain, sentence } from '../show.ts';
import { mismatchOf } from './compare-response.ts';

const bodySchema = z
  .strictObject({
    contains: z.string().optional(),
    matches: regexParam.optional(),
    /** A subset: objects may hold more keys, arrays have the same length. */
    json: z.json().optional(),
    notContains: z.string().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: 'expected `contains`, `matches`, `json` or `notContains`, found none of them',
  });

const expectSchema = z.strictObject({
  status: z.number().int().min(100).max(599).default(200),
  headers: z
    .record(
      z.string().transform((name) => name.toLowerCase()),
      textOrRegexParam,
    )
    .optional(),
  body: bodySchema.optional(),
});
export type ExpectedResponse = z.infer<typeof expectSchema>;

export const requestSchema = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Za-z]+$/, 'expected an HTTP method like GET')
    .transform((method) => method.toUpperCase())
    .default('GET'),
  path: z.string().regex(/^\/\S*$/, 'expected a path that starts with /'),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  expect: expectSchema.prefault({}),
});
export type Request = z.infer<typeof requestSchema>;

/** The first answer that is not as expected. */
export function problemWithAnswers(
  requests: readonly Request[],
  { run, checkId }: { run: RunEvidence; checkId: string },
): Judgement | undefined {
  for (const [index, request] of requests.entries()) {
    const response = run.probes[requestId(checkId, index)];
    if (response === undefined) return notCollected(`the answer to ${requestTitle(request)}`);
    const problem = problemWith(request, { response, run });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export function runRequests(requests: readonly Request[], checkId: string): RunRequest[] {
  return requests.map((request, index) => runRequest(request, requestId(checkId, index)));
}

function problemWith(
  request: Request,
  { response, run }: { response: ProbeResponse; run: RunEvidence },
): Judgement | undefined {
  if (!response.ok) {
    const died = run.exitCode === undefined ? '' : ` The container ended with exit code ${run.exitCode}.`;
    const message = `${requestTitle(request)} got no answer: ${sentence(plain(response.message, 200))}${died}`;
    return failed({ actual: `${requestTitle(request)}: ${response.reason.replaceAll('_', ' ')}`, message });
  }
  const mismatch = mismatchOf(request.expect, response);
  if (mismatch === undefined) return undefined;
  return failed({
    actual: `${requestTitle(request)}: ${mismatch.actual}`,
    message: `${requestTitle(request)} ${mismatch.message}`,
  });
}

function runRequest({ method, path, headers, body }: Request, id: string): RunRequest {
  return { id, method, path, ...(headers && { headers }), ...(body !== undefined && { body }) };
}

function requestId(checkId: string, index: number): string {
  return `${checkId}/${index + 1}`;
}

export function requestTitle({ method, path }: Request): string {
  return `${method} ${plain(path, 80)}`;
}
