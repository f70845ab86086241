import { z } from 'zod';
import type { Evidence, RunEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { startCommandLine } from '../command-line.ts';
import { whyNotReady } from '../http/explain-run.ts';
import { problemWithAnswers, requestSchema, requestTitle, runRequests } from '../http/requests.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { absolutePathParam } from '../params.ts';
import { list, quote } from '../show.ts';

const schema = z.strictObject({
  /** The only writable folders, each empty and in memory. */
  tmpfs: z.array(absolutePathParam).default([]),
  /** What it has to answer then; without any it is enough that it gets ready. */
  requests: z.array(requestSchema).default([]),
});
type Params = z.infer<typeof schema>;

export const readOnly: CheckType<Params> = {
  type: 'read-only',
  schema,
  judges: 'image',
  expected({ tmpfs, requests }) {
    const writable = tmpfs.length === 0 ? 'with nothing writable at all' : `with only ${list(tmpfs, 6)} writable`;
    const answers = requests.map((request) => `${requestTitle(request)} with ${request.expect.status}`).join(', ');
    return `The container starts with a read-only root file system, ${writable}${answers && `, and answers ${answers}`}.`;
  },
  why: 'Where nothing can be written, an attacker can leave nothing behind, and no container comes to differ from its image.',
  needs: ({ tmpfs, requests }, checkId) => [
    { kind: 'run', requests: [] },
    { kind: 'rerun', id: checkId, change: { readOnly: true, tmpfs }, requests: runRequests(requests, checkId) },
  ],
  judge(params, evidence, checkId) {
    const { run, reruns } = evidence;
    const rerun = reruns?.[checkId];
    if (run === undefined || rerun === undefined) return notCollected('a run with a read-only root file system');
    const line = startCommandLine(evidence);
    if (!rerun.started || !rerun.ready) return failed({ ...whyNotThen(params, { run, rerun, evidence }), line });
    const problem = problemWithAnswers(params.requests, { run: rerun, checkId });
    if (problem === undefined) {
      return passed('works read-only', `The container works with a read-only root file system; ${writableIn(params)}.`);
    }
    return problem.status === 'failed' ? withReason(problem, rerun) : problem;
  },
};

interface Runs {
  run: RunEvidence;
  rerun: RunEvidence;
  evidence: Evidence;
}

function whyNotThen(params: Params, { run, rerun, evidence }: Runs): { actual: string; message: string } {
  const { actual, message } = whyNotReady(rerun, evidence.image);
  if (!run.started || !run.ready) return { actual, message };
  const lines = complaints(rerun);
  if (lines.length === 0)
    return { actual, message: `With a read-only root file system it does not work; ${writableIn(params)}. ${message}` };
  return {
    actual: 'writes to the root file system',
    message: `With a read-only root file system the container does not get ready; ${writableIn(params)}. Its log says: ${shown(lines)}.`,
  };
}

/** The answer is wrong, and the log may say why. */
function withReason(problem: Judgement, rerun: RunEvidence): Judgement {
  const lines = complaints(rerun);
  const reason = lines.length === 0 ? '' : ` Its log says: ${shown(lines)}.`;
  return { ...problem, message: `With a read-only root file system: ${problem.message}${reason}` };
}

/** `EROFS: read-only file system, open '/app/data.json'`, in every language. */
const COMPLAINT = /\bEROFS\b|read-only file ?system/i;

function complaints({ log }: RunEvidence): string[] {
  return [
    ...new Set(
      log
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => COMPLAINT.test(line)),
    ),
  ];
}

function shown(lines: readonly string[]): string {
  return list(
    lines.map((line) => quote(line, 160)),
    2,
  );
}

function writableIn({ tmpfs }: Params): string {
  return tmpfs.length === 0
    ? 'nothing in it can be written'
    : `only ${list(
        tmpfs.map((path) => quote(path, 60)),
        6,
      )} can be written`;
}
