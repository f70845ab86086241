import { z } from 'zod';
import type { Evidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { lastOfFinalImage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { count } from '../show.ts';
import { whyNotReady } from './explain-run.ts';
import { problemWithAnswers, requestSchema, requestTitle, runRequests } from './requests.ts';

const schema = z.strictObject({ requests: z.array(requestSchema).min(1) });

export const http: CheckType<z.infer<typeof schema>> = {
  type: 'http',
  schema,
  judges: 'image',
  expected: ({ requests }) =>
    `The container answers ${requests.map((request) => `${requestTitle(request)} with ${request.expect.status}`).join(', ')}.`,
  why: 'A small image that does not serve is worth nothing: only a request to the running container proves that everything the app needs came along.',
  needs: ({ requests }, checkId) => [{ kind: 'run', requests: runRequests(requests, checkId) }],
  judge({ requests }, evidence, checkId) {
    const { run } = evidence;
    if (run === undefined) return notCollected('a run of the container');
    if (!run.started || !run.ready) {
      return failed({ ...whyNotReady(run, evidence.image), line: startLine(evidence) });
    }
    const problem = problemWithAnswers(requests, { run, checkId });
    if (problem !== undefined) return problem;
    const answered =
      requests.length === 1 && requests[0] ? requestTitle(requests[0]) : count(requests.length, 'request');
    return passed(`${answered} answered`, `The container answered ${answered} as expected.`);
  },
};

/** Where the start command stands. */
function startLine({ dockerfile }: Evidence): number | undefined {
  return (lastOfFinalImage(dockerfile, 'CMD') ?? lastOfFinalImage(dockerfile, 'ENTRYPOINT'))?.line;
}
