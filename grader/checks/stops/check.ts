import { z } from 'zod';
import type { ProbeResponse } from '../../engine/engine.ts';
import type { RunEvidence, StopEvidence } from '../../evidence/evidence.ts';
import { limits } from '../../limits.ts';
import type { CheckType, Judgement } from '../check.ts';
import { startCommandLine } from '../command-line.ts';
import { whyNotReady } from '../http/explain-run.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { duration, plain, quote } from '../show.ts';
import { explainExitCode, explainNoEnd } from './explain-stop.ts';

const exitCode = z.number().int().min(0).max(255);
const schema = z.strictObject({
  /** From the signal to the end of the container. */
  withinMs: z.number().int().min(100).max(limits.run.stopWaitMsMax).default(5_000),
  exitCode: z.preprocess((value) => (typeof value === 'number' ? [value] : value), z.array(exitCode).min(1)).optional(),
  /** A path that takes a moment to answer: it is asked right before the signal and has to be answered. */
  finishes: z
    .string()
    .regex(/^\/\S*$/, 'expected a path that starts with /')
    .optional(),
});
type Params = z.infer<typeof schema>;

export const stops: CheckType<Params> = {
  type: 'stops',
  schema,
  judges: 'image',
  expected({ withinMs, exitCode: codes, finishes }) {
    const code = codes === undefined ? '' : ` with exit code ${codes.join(' or ')}`;
    const request = finishes === undefined ? '' : `, and answers ${plain(finishes, 60)} first`;
    return `The container ends by itself within ${duration(withinMs)} after the stop signal${code}${request}.`;
  },
  why: 'Every deployment stops containers: one that does not hear the signal delays it by the grace period and is then killed in the middle of its work.',
  needs: ({ withinMs, finishes }) => [{ kind: 'stop', waitMs: withinMs, finishes }],
  judge(params, evidence) {
    const { run, image } = evidence;
    if (run === undefined) return notCollected('a run of the container');
    const line = startCommandLine(evidence);
    if (!run.started || !run.ready || run.exitCode !== undefined) {
      const { actual, message } = whyNotReady(run, image);
      return failed({ actual, message: `There was nothing to stop. ${message}`, line });
    }
    if (run.stop === undefined) return notCollected('how the container stops');
    const { finishes } = params;
    if (finishes !== undefined && !wasInFlight(run.stop)) return notCollected('a request that was being answered');
    const problem = problemWith(params, run, run.stop);
    if (problem !== undefined) return failed({ ...problem, line });
    return asExpected(run.stop);
  },
};

type Problem = { actual: string; message: string };

function problemWith(params: Params, run: RunEvidence, stop: StopEvidence): Problem | undefined {
  const { signal, endedAfterMs, waitedMs } = stop;
  if (endedAfterMs === undefined || endedAfterMs > params.withinMs) {
    const still = endedAfterMs === undefined ? waitedMs : params.withinMs;
    return {
      actual: `still running after ${duration(still)}`,
      message: `${duration(still)} after ${plain(signal, 20)} the container was still running. ${explainNoEnd(run, signal)}`,
    };
  }
  const unfinished = params.finishes === undefined ? undefined : unfinishedRequest(params.finishes, stop);
  if (unfinished !== undefined) return unfinished;
  const code = stop.exitCode ?? 0;
  if (params.exitCode !== undefined && !params.exitCode.includes(code)) {
    const wanted = params.exitCode.join(' or ');
    const message = `The container ended ${duration(endedAfterMs)} after ${plain(signal, 20)}, but with exit code ${code}, not ${wanted}. ${explainExitCode(code, run)}`;
    return { actual: `exit code ${code}`, message: message.trim() };
  }
  return undefined;
}

/** A good answer that came before the signal proves nothing: the exercise's path is too fast. */
function wasInFlight({ inFlight }: StopEvidence): boolean {
  return inFlight !== undefined && !(inFlight.beforeSignal && isGood(inFlight.response));
}

function isGood(response: ProbeResponse): boolean {
  return response.ok && response.status < 400;
}

function unfinishedRequest(path: string, { inFlight, signal }: StopEvidence): Problem | undefined {
  if (inFlight === undefined || isGood(inFlight.response)) return undefined;
  const { response, beforeSignal } = inFlight;
  const found = quote(response.ok ? `answered ${response.status}` : response.message, 160);
  const request = `GET ${plain(path, 60)}`;
  if (beforeSignal)
    return { actual: `${request} failed`, message: `${request} failed before the signal was sent: ${found}.` };
  return {
    actual: 'a request was cut off',
    message: `${request} was being answered when ${plain(signal, 20)} came, and was cut off: ${found}. A program that is told to stop takes no new requests, and ends when the last answer is out.`,
  };
}

function asExpected({ signal, endedAfterMs = 0, exitCode: code, inFlight }: StopEvidence): Judgement {
  const answered = inFlight === undefined ? '' : ' and finished the request that it was answering';
  return passed(
    `ended after ${duration(endedAfterMs)}, exit code ${code}`,
    `The container ended ${duration(endedAfterMs)} after ${plain(signal, 20)} with exit code ${code}${answered}.`,
  );
}
