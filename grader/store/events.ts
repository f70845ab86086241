/** The events of a submission: durable, ordered by seq without gaps, and followed live. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { SubmissionEvent } from '../contract/submission.ts';
import { limits } from '../limits.ts';
import type { Executor } from './database.ts';
import { channels, type Notifications } from './notifications.ts';
import { submissionEvents, submissions } from './schema.ts';
import { storable } from './storable.ts';

export interface StoredEvent {
  seq: number;
  event: SubmissionEvent;
}

/** In the transaction that also moved the submission's `last_event_seq`, whose row lock keeps the order. */
export async function insertEvents(
  tx: Executor,
  id: string,
  batch: { after: number; events: SubmissionEvent[] },
): Promise<void> {
  if (batch.events.length === 0) return;
  const rows = batch.events.map((event, index) => ({
    submissionId: id,
    seq: batch.after + 1 + index,
    type: event.type,
    payload: storable(event),
  }));
  await tx.insert(submissionEvents).values(rows);
}

/** Sent when the transaction commits, and not at all when it does not. */
export async function notifyEvents(tx: Executor, id: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${channels.events}, ${id})`);
}

export async function notifyCancelled(tx: Executor, id: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${channels.cancelled}, ${id})`);
}

/** At most `limits.store.eventsPerReadMax`, oldest first. */
export async function readEvents(db: Executor, id: string, after: number): Promise<StoredEvent[]> {
  return db
    .select({ seq: submissionEvents.seq, event: submissionEvents.payload })
    .from(submissionEvents)
    .where(and(eq(submissionEvents.submissionId, id), gt(submissionEvents.seq, after)))
    .orderBy(asc(submissionEvents.seq))
    .limit(limits.store.eventsPerReadMax);
}

const isLast = ({ event }: StoredEvent) => event.type === 'finished' || event.type === 'cancelled';

async function hasEnded(db: Executor, id: string): Promise<boolean> {
  const [row] = await db.select({ state: submissions.state }).from(submissions).where(eq(submissions.id, id));
  return !row || row.state === 'finished' || row.state === 'cancelled';
}

/** Rings when there may be something new: at a notification, and once per safety poll. */
class Bell {
  #rung = true;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves to whether it rang, as opposed to the poll's time being up. */
  async heard(pollMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#rung && !signal.aborted) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await sleep(pollMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
      this.#wake = undefined;
    }
    const rang = this.#rung;
    this.#rung = false;
    return rang;
  }
}

export interface Follow {
  db: Executor;
  notifications: Notifications;
  id: string;
  /** Only events with a greater seq. */
  after: number;
  signal: AbortSignal;
}

/**
 * Yields every event after `after` and goes on until the submission has ended or the signal is aborted. Yields
 * undefined whenever a safety poll found nothing, for heartbeats.
 */
export async function* followEvents({
  db,
  notifications,
  id,
  after,
  signal,
}: Follow): AsyncGenerator<StoredEvent | undefined> {
  const bell = new Bell();
  const stopListening = notifications.on(channels.events, (about) => {
    if (about === undefined || about === id) bell.ring();
  });
  try {
    for (let last = after; ; ) {
      const rang = await bell.heard(limits.store.safetyPollMs, signal);
      if (signal.aborted) return;
      // Asked before reading: what was written in between is then read below.
      const ended = await hasEnded(db, id);
      const events = await readEvents(db, id, last);
      for (const stored of events) {
        yield stored;
        last = stored.seq;
        if (isLast(stored)) return;
      }
      if (events.length === limits.store.eventsPerReadMax) bell.ring();
      else if (ended) return;
      else if (!rang && events.length === 0) yield undefined;
    }
  } finally {
    stopListening();
  }
}
