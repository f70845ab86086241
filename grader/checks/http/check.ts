import { z } from 'zod';
import type { ProbeResponse } from '../../engine/engine.ts';
import type { Evidence, RunEvidence, RunRequest } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { lastOfFinalImage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { regexParam, textOrRegexParam } from '../params.ts';
import { count, plain, sentence } from '../show.ts';
import { mismatchOf } from './compare-response.ts';
import { whyNotReady } from './explain-run.ts';

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

const requestSchema = z.strictObject({
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
type Request = z.infer<typeof requestSchema>;

const schema = z.strictObject({ requests: z.array(requestSchema).min(1) });

export const http: CheckType<z.infer<typeof schema>> = {
  type: 'http',
  schema,
  judges: 'image',
  expected: ({ requests }) =>
    `The container answers ${requests.map((request) => `${title(request)} with ${request.expect.status}`).join(', ')}.`,
  why: 'A small image that does not serve is worth nothing: only a request to the running container proves that everything the app needs came along.',
  needs: ({ requests }, checkId) => [
    { kind: 'run', requests: requests.map((request, index) => runRequest(request, requestId(checkId, index))) },
  ],
  judge({ requests }, evidence, checkId) {
    const { run } = evidence;
    if (run === undefined) return notCollected('a run of the container');
    if (!run.started || !run.ready) {
      return failed({ ...whyNotReady(run, evidence.image), line: startLine(evidence) });
    }
    for (const [index, request] of requests.entries()) {
      const response = run.probes[requestId(checkId, index)];
      if (response === undefined) return notCollected(`the answer to ${title(request)}`);
      const problem = problemWith(request, { response, run });
      if (problem !== undefined) return problem;
    }
    const answered = requests.length === 1 && requests[0] ? title(requests[0]) : count(requests.length, 'request');
    return passed(`${answered} answered`, `The container answered ${answered} as expected.`);
  },
};

function problemWith(
  request: Request,
  { response, run }: { response: ProbeResponse; run: RunEvidence },
): Judgement | undefined {
  if (!response.ok) {
    const died = run.exitCode === undefined ? '' : ` The container ended with exit code ${run.exitCode}.`;
    const message = `${title(request)} got no answer: ${sentence(plain(response.message, 200))}${died}`;
    return failed({ actual: `${title(request)}: ${response.reason.replaceAll('_', ' ')}`, message });
  }
  const mismatch = mismatchOf(request.expect, response);
  if (mismatch === undefined) return undefined;
  return failed({ actual: `${title(request)}: ${mismatch.actual}`, message: `${title(request)} ${mismatch.message}` });
}

function runRequest({ method, path, headers, body }: Request, id: string): RunRequest {
  return { id, method, path, ...(headers && { headers }), ...(body !== undefined && { body }) };
}

function requestId(checkId: string, index: number): string {
  return `${checkId}/${index + 1}`;
}

function title({ method, path }: Request): string {
  return `${method} ${plain(path, 80)}`;
}

/** Where the start command stands. */
function startLine({ dockerfile }: Evidence): number | undefined {
  return (lastOfFinalImage(dockerfile, 'CMD') ?? lastOfFinalImage(dockerfile, 'ENTRYPOINT'))?.line;
}
