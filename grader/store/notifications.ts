/**
 * One LISTEN connection per process, fanned out to whoever waits for news.
 *
 * A notification is only a hint to look. After every reconnect each listener is told to look too, as notifications may
 * have been missed; followers also look once a second on their own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export const channels = { events: 'submission_events', cancelled: 'submission_cancelled' } as const;
export type Channel = (typeof channels)[keyof typeof channels];

/** Gets the submission's id, or undefined for "something may have been missed: look at everything". */
export type Listener = (submissionId: string | undefined) => void;

const reconnectDelaysMs = [50, 200, 1_000, 2_000];

export class Notifications {
  readonly #connection: pg.ClientConfig;
  readonly #listeners: Record<Channel, Set<Listener>> = {
    submission_events: new Set(),
    submission_cancelled: new Set(),
  };
  readonly #closed = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;

  constructor(connection: pg.ClientConfig) {
    this.#connection = connection;
  }

  /** Connects, and keeps reconnecting until `close`. Resolves when it listens for the first time. */
  async start(): Promise<void> {
    const ended = await this.#connect();
    this.#running = this.#keepConnected(ended);
  }

  on(channel: Channel, listener: Listener): () => void {
    this.#listeners[channel].add(listener);
    return () => this.#listeners[channel].delete(listener);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  /** Resolves to a promise that resolves when the connection is lost. */
  async #connect(): Promise<{ lost: Promise<void> }> {
    const client = new pg.Client({
      ...this.#connection,
      keepAlive: true,
      application_name: 'stagecraft-notifications',
    });
    const lost = new Promise<void>((resolve) => {
      client.once('end', () => resolve());
      client.on('error', () => resolve());
    });
    client.on('notification', ({ channel, payload }) => this.#tell(channel as Channel, payload));
    await client.connect();
    for (const channel of Object.values(channels)) await client.query(`listen ${channel}`);
    this.#client = client;
    return { lost };
  }

  async #keepConnected(connected: { lost: Promise<void> }): Promise<void> {
    let connection: { lost: Promise<void> } | undefined = connected;
    for (let failures = 0; !this.#closed.signal.aborted; ) {
      if (connection) {
        await connection.lost;
        failures = 0;
      }
      const delayMs = reconnectDelaysMs[Math.min(failures, reconnectDelaysMs.length - 1)];
      await sleep(delayMs, undefined, { signal: this.#closed.signal }).catch(() => {});
      if (this.#closed.signal.aborted) return;
      connection = await this.#connect().catch(() => undefined);
      failures += 1;
      if (connection) for (const channel of Object.values(channels)) this.#tell(channel, undefined);
    }
  }

  #tell(channel: Channel, submissionId: string | undefined): void {
    for (const listener of this.#listeners[channel]) listener(submissionId);
  }
}
