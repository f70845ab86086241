import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { NewSubmission, Submission } from '../../../grader/contract/submission.ts';
import { ApiFailure, cancelSubmission, getSubmission, getSubmissions, postSubmission } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import { type Connection, followSubmission } from './follow-submission.ts';
import { isOver, type SubmissionUpdate, type SubmissionView, updateView, viewOf } from './submission-state.ts';

export interface SubmissionControl {
  view: SubmissionView | undefined;
  connection: Connection;
  /** Between pressing the button and the server's answer. */
  sending: boolean;
  cancelling: boolean;
  /** Why the last thing asked for was refused. */
  refusal: string | undefined;
  submit(submission: NewSubmission): Promise<void>;
  cancel(): Promise<void>;
}

type Action = { kind: 'begin'; submission: Submission } | { kind: 'updates'; updates: SubmissionUpdate[] };

function reduce(view: SubmissionView | undefined, action: Action): SubmissionView | undefined {
  if (action.kind === 'begin') return viewOf(action.submission);
  return view && action.updates.reduce(updateView, view);
}

/**
 * The newest submission of this learner for one exercise: sent, found again after a reload, followed, cancelled.
 * @param opened id of an earlier one to be looked at instead
 * @param onGone told when there is no such submission
 */
export function useSubmission(exercise: string, opened?: string, onGone?: () => void): SubmissionControl {
  const [view, dispatch] = useReducer(reduce, undefined);
  const [connection, setConnection] = useState<Connection>('closed');
  const [sending, setSending] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const follower = useRef<AbortController>();

  const follow = useCallback((submission: Submission) => {
    follower.current?.abort();
    const stop = new AbortController();
    follower.current = stop;
    dispatch({ kind: 'begin', submission });
    const push = batched<SubmissionUpdate>((updates) => {
      if (!stop.signal.aborted) dispatch({ kind: 'updates', updates });
    });
    const handlers = {
      onEvent: (seq: number | undefined, event: Extract<SubmissionUpdate, { kind: 'event' }>['event']) =>
        push({ kind: 'event', seq, event }),
      onSubmission: (snapshot: Submission) => push({ kind: 'snapshot', submission: snapshot }),
      onConnection: setConnection,
    };
    void followSubmission(submission.id, handlers, { after: 0, signal: stop.signal });
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    const before = follower.current;
    const find = async () => {
      const id = opened ?? (await getSubmissions(exercise, { signal: stop.signal }))[0]?.id;
      if (id === undefined) return;
      const submission = await getSubmission(id, { signal: stop.signal });
      if (submission.exercise !== exercise) return onGone?.();
      // Something may have been sent while this was asked.
      if (follower.current === before) follow(submission);
    };
    find().catch((error: unknown) => {
      // Without the list there is nothing to go on with; what is sent from now on is followed all the same.
      if (opened !== undefined && error instanceof ApiFailure && error.status === 404) onGone?.();
    });
    return () => stop.abort();
  }, [exercise, opened, follow]);
  useEffect(() => () => follower.current?.abort(), [exercise]);

  const submit = async (submission: NewSubmission) => {
    setRefusal(undefined);
    setSending(true);
    setCancelling(false);
    await postSubmission(submission).then(follow, (error: unknown) => setRefusal(sentenceOf(error)));
    setSending(false);
  };
  const cancel = async () => {
    if (!view || isOver(view.state)) return;
    setCancelling(true);
    try {
      const submission = await cancelSubmission(view.id);
      if (submission) dispatch({ kind: 'updates', updates: [{ kind: 'snapshot', submission }] });
    } catch (error) {
      setCancelling(false);
      setRefusal(sentenceOf(error));
    }
  };
  return { view, connection, sending, cancelling, refusal, submit, cancel };
}

const sentenceOf = (error: unknown) => (error instanceof ApiFailure ? error.message : strings.api.unreachable);

/** Gathers what arrives within one frame: a fast log draws once per frame and not once per line. */
function batched<T>(deliver: (items: T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    // A hidden page has no frames; the timer makes sure that the end of a build still arrives.
    const flush = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      const items = waiting;
      waiting = [];
      deliver(items);
    };
    const frame = requestAnimationFrame(flush);
    const timer = setTimeout(flush, 250);
  };
}
