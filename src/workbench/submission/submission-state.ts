/**
 * What the page knows about one submission, made from its events and from what `GET /api/submissions/:id` says.
 * Pure: the same events give the same view, however often the connection broke in between.
 */
import type { CheckReport, Report, Verdict } from '../../../grader/contract/report.ts';
import type { Phase, Submission, SubmissionEvent, SubmissionState } from '../../../grader/contract/submission.ts';
import { appendLines, emptyLog, type LogBuffer } from '../log/log-buffer.ts';
import { type LiveVertex, reportedVertexes, withVertex } from './live-vertexes.ts';

export interface SubmissionView {
  id: string;
  attempt: number;
  state: SubmissionState;
  /** What was sent: line numbers of findings are lines of this text. */
  dockerfile: string;
  dockerignore: string | undefined;
  createdAt: string;
  finishedAt: string | undefined;
  queuePosition: number | undefined;
  phase: Phase | undefined;
  phaseDetail: string | undefined;
  log: LogBuffer;
  vertexes: readonly LiveVertex[];
  checks: CheckReport[];
  verdict: Verdict | undefined;
  report: Report | undefined;
  /** What went wrong on the grader's side, for `grader_error`. */
  message: string | undefined;
  /** Why an earlier try of the grader no longer counts. */
  restartReason: string | undefined;
  lastSeq: number;
}

export type SubmissionUpdate =
  /** Without a seq: said in passing and not kept by the server (the place in the queue). */
  { kind: 'event'; seq: number | undefined; event: SubmissionEvent } | { kind: 'snapshot'; submission: Submission };

export function viewOf(submission: Submission): SubmissionView {
  const { id, attempt, state, dockerfile, dockerignore, createdAt, finishedAt, verdict, report, message } = submission;
  return {
    id,
    attempt,
    state,
    dockerfile,
    dockerignore,
    createdAt,
    finishedAt,
    queuePosition: undefined,
    phase: undefined,
    phaseDetail: undefined,
    log: emptyLog,
    vertexes: report ? reportedVertexes(report) : [],
    checks: report?.checks ?? [],
    verdict,
    report,
    message,
    restartReason: undefined,
    lastSeq: 0,
  };
}

export const isOver = (state: SubmissionState) => state === 'finished' || state === 'cancelled';

export function updateView(view: SubmissionView, update: SubmissionUpdate): SubmissionView {
  if (update.kind === 'snapshot') return applySnapshot(view, update.submission);
  if (update.seq === undefined) return applyPassing(view, update.event);
  // After a reconnection the server may send again what has been seen; what is older than the newest is old news.
  if (update.seq <= view.lastSeq) return view;
  return { ...applyEvent(view, update.event), lastSeq: update.seq };
}

function applySnapshot(view: SubmissionView, submission: Submission): SubmissionView {
  if (submission.id !== view.id) return view;
  // An answer that was on its way while newer events came must not turn the state back.
  const older = submission.lastEventSeq < view.lastSeq && !isOver(submission.state);
  if (older) return view;
  return {
    ...view,
    state: submission.state,
    finishedAt: submission.finishedAt ?? view.finishedAt,
    verdict: submission.verdict ?? view.verdict,
    report: submission.report ?? view.report,
    checks: submission.report?.checks ?? view.checks,
    vertexes: submission.report ? reportedVertexes(submission.report) : view.vertexes,
    message: submission.message ?? view.message,
  };
}

function applyPassing(view: SubmissionView, event: SubmissionEvent): SubmissionView {
  const waiting = view.state === 'queued' && event.type === 'state' && event.state === 'queued';
  return waiting ? { ...view, queuePosition: event.queuePosition } : view;
}

function applyEvent(view: SubmissionView, event: SubmissionEvent): SubmissionView {
  // The report of a finished submission is the last word; a replay of its events only fills the log.
  const settled = view.report !== undefined;
  switch (event.type) {
    case 'state':
      return settled ? view : { ...view, state: event.state, queuePosition: event.queuePosition };
    case 'phase':
      return { ...view, phase: event.phase, phaseDetail: event.detail };
    case 'log':
      return { ...view, log: appendLines(view.log, event.lines) };
    case 'vertex':
      return settled ? view : { ...view, vertexes: withVertex(view.vertexes, event) };
    case 'check':
      return settled ? view : { ...view, checks: withCheck(view.checks, event.check) };
    case 'restarted':
      return restarted(view, event.reason, settled);
    case 'finished':
      return { ...view, state: 'finished', verdict: event.verdict };
    case 'cancelled':
      return { ...view, state: 'cancelled' };
  }
}

function restarted(view: SubmissionView, reason: string, settled: boolean): SubmissionView {
  const fresh = { ...view, phase: undefined, phaseDetail: undefined, log: emptyLog, restartReason: reason };
  return settled ? fresh : { ...fresh, checks: [], vertexes: [], verdict: undefined, state: 'grading' };
}

function withCheck(checks: CheckReport[], check: CheckReport): CheckReport[] {
  const known = checks.findIndex((other) => other.id === check.id);
  return known < 0 ? [...checks, check] : checks.with(known, check);
}
