/**
 * The events of one submission as they happen: SSE, `id` is the seq, so that a browser that comes back goes on where it
 * was, also with a server that was started anew.
 */
import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { describeRoute, resolver, validator } from 'hono-openapi';
import { z } from 'zod';
import { submissionEventSchema } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { followEvents } from '../store/events.ts';
import { queuePosition } from '../store/submissions.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { refuseInvalid } from './errors.ts';
import { requireOwn, requireSubmission } from './submissions.ts';

const seqSchema = z.coerce.number().int().nonnegative();
const querySchema = z.object({
  after: seqSchema.optional().describe('as Last-Event-ID, for clients that can not send it'),
});

/** Counts a learner's open streams; returns how to close one. @throws StagecraftError `too_many` */
function takeStream(open: Map<string, number>, learnerId: string): () => void {
  const before = open.get(learnerId) ?? 0;
  if (before >= limits.api.eventStreamsPerLearner) {
    throw new StagecraftError(
      'too_many',
      `You follow ${before} submissions at once already, and that is as many as there may be. Close a page.`,
    );
  }
  open.set(learnerId, before + 1);
  return () => {
    const left = (open.get(learnerId) ?? 1) - 1;
    if (left > 0) open.set(learnerId, left);
    else open.delete(learnerId);
  };
}

function lastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const parsed = seqSchema.safeParse(header);
  if (!parsed.success)
    throw new StagecraftError(
      'bad_input',
      `Last-Event-ID must be the number of an event, but is ${JSON.stringify(header.slice(0, 50))}.`,
    );
  return parsed.data;
}

interface Stream {
  stream: SSEStreamingApi;
  id: string;
  after: number;
  signal: AbortSignal;
}

/** Between events: what changed without being one, or a sign of life. */
function createIdle({ stream, id }: Stream, deps: ApiDeps) {
  let position: number | undefined;
  let quietSince = Date.now();
  const busy = () => {
    quietSince = Date.now();
  };
  const idle = async () => {
    const now = await queuePosition(requireStorage(deps).store.db, id);
    if (now !== undefined && now !== position) {
      position = now;
      // Without an id: the place in the queue is not kept, and nobody needs to resume from it.
      await stream.writeSSE({
        event: 'state',
        data: JSON.stringify({ type: 'state', state: 'queued', queuePosition: now }),
      });
      busy();
    } else if (Date.now() - quietSince >= limits.api.sseHeartbeatMs) {
      await stream.write(': still here\n\n');
      busy();
    }
  };
  return { busy, idle };
}

async function sendEvents(open: Stream, deps: ApiDeps): Promise<void> {
  const { stream, id, after, signal } = open;
  const { db, notifications } = requireStorage(deps).store;
  const { busy, idle } = createIdle(open, deps);
  await stream.write('retry: 1000\n\n');
  for await (const stored of followEvents({ db, notifications, id, after, signal })) {
    if (!stored) {
      await idle();
      continue;
    }
    await stream.writeSSE({ id: String(stored.seq), event: stored.event.type, data: JSON.stringify(stored.event) });
    busy();
  }
}

const description = describeRoute({
  summary: 'Follow a submission (server-sent events)',
  description:
    'The event name is the type, the id the seq. Ends after `finished` or `cancelled`; 204 when there is nothing after Last-Event-ID any more.',
  responses: {
    200: { description: 'The events', content: { 'text/event-stream': { schema: resolver(submissionEventSchema) } } },
    204: { description: 'It has ended and everything was sent before' },
  },
});

export const submissionEventRoutes = (deps: ApiDeps) => {
  const openStreams = new Map<string, number>();
  return new Hono().get(
    '/:id/events',
    description,
    validator('query', querySchema, refuseInvalid('The query')),
    async (c) => {
      const own = await requireOwn(c, deps);
      const submission = await requireSubmission(deps, own);
      const after = lastEventId(c.req.header('Last-Event-ID')) ?? c.req.valid('query').after ?? 0;
      const ended = submission.state === 'finished' || submission.state === 'cancelled';
      // Tells EventSource to stop coming back.
      if (ended && after >= submission.lastEventSeq) return c.body(null, 204);
      const closeStream = takeStream(openStreams, own.learnerId);
      const gone = new AbortController();
      const signal = AbortSignal.any([gone.signal, deps.shutdown]);
      // Proxies must not gather events before passing them on.
      c.header('X-Accel-Buffering', 'no');
      return streamSSE(
        c,
        async (stream) => {
          stream.onAbort(() => gone.abort());
          try {
            await sendEvents({ stream, id: own.id, after, signal }, deps);
          } finally {
            closeStream();
          }
        },
        async (error) => {
          // The browser comes back by itself; the stream just ends.
          if (!signal.aborted) deps.log(`events of submission ${own.id}`, error);
        },
      );
    },
  );
};
