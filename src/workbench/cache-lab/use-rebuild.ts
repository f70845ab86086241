import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { PredictedStep, Rebuild } from '../../../grader/contract/rebuild.ts';
import { ApiFailure, cancelSubmission, getRebuilds, postRebuild } from '../../api/client.ts';
import { strings as texts } from '../../strings.ts';
import { followSubmission } from '../submission/follow-submission.ts';
import { isOver } from '../submission/submission-state.ts';

export interface RebuildControl {
  /** Newest first; undefined until the server has answered. */
  rebuilds: Rebuild[] | undefined;
  /** In words, while one waits or runs. */
  progress: Progress;
  sending: boolean;
  refusal: string | undefined;
  /** True when it was taken; otherwise `refusal` says why not. */
  start(edit: string, predicted: PredictedStep[]): Promise<boolean>;
  cancel(id: string): Promise<void>;
}

export interface Progress {
  queuePosition?: number | undefined;
  detail?: string | undefined;
  lost?: boolean;
}

const sentenceOf = (error: unknown) => (error instanceof ApiFailure ? error.message : texts.api.unreachable);

/** The rebuilds of one submission: asked for, found again after a reload, followed to their end, cancelled. */
export function useRebuild(submission: string): RebuildControl {
  const [rebuilds, setRebuilds] = useState<Rebuild[]>();
  const [progress, setProgress] = useState<Progress>({});
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const follower = useRef<AbortController>();

  const load = useCallback(
    async (signal: AbortSignal) => {
      const found = await getRebuilds(submission, { signal });
      if (!signal.aborted) setRebuilds(found);
      return found;
    },
    [submission],
  );
  const follow = useCallback(
    (id: string) => {
      follower.current?.abort();
      const stop = new AbortController();
      follower.current = stop;
      setProgress({});
      const change = (part: Progress) => {
        if (!stop.signal.aborted) setProgress((before) => ({ ...before, ...part }));
      };
      const handlers = {
        onEvent: (
          _seq: number | undefined,
          event: Parameters<Parameters<typeof followSubmission>[1]['onEvent']>[1],
        ) => {
          if (event.type === 'state') change({ queuePosition: event.queuePosition, detail: undefined });
          if (event.type === 'phase') change({ queuePosition: undefined, detail: event.detail });
        },
        onSubmission: () => {},
        onConnection: (connection: string) => change({ lost: connection === 'lost' }),
      };
      followSubmission(id, handlers, { after: 0, signal: stop.signal })
        .then(() => load(stop.signal))
        .catch((error) => !stop.signal.aborted && setRefusal(sentenceOf(error)));
    },
    [load],
  );

  useEffect(() => {
    const stop = new AbortController();
    setRebuilds(undefined);
    load(stop.signal)
      .then((found) => {
        const running = found.find(({ state }) => !isOver(state));
        if (running && !stop.signal.aborted) follow(running.id);
      })
      .catch((error) => !stop.signal.aborted && setRefusal(sentenceOf(error)));
    return () => {
      stop.abort();
      follower.current?.abort();
    };
  }, [load, follow]);

  const start = async (edit: string, predicted: PredictedStep[]) => {
    setRefusal(undefined);
    setSending(true);
    try {
      const rebuild = await postRebuild(submission, { edit, predicted });
      setRebuilds((before) => [rebuild, ...(before ?? [])]);
      follow(rebuild.id);
      return true;
    } catch (error) {
      setRefusal(sentenceOf(error));
      return false;
    } finally {
      setSending(false);
    }
  };
  const cancel = async (id: string) => {
    try {
      await cancelSubmission(id);
      await load(new AbortController().signal);
    } catch (error) {
      setRefusal(sentenceOf(error));
    }
  };
  return { rebuilds, progress, sending, refusal, start, cancel };
}
