/** Opens the store: a private PostgreSQL by default, an operator's own with `DATABASE_URL`. */
import pg from 'pg';
import { StagecraftError, sentenceFor } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { connectDatabase, type Database } from './database.ts';
import { migrateDatabase } from './migrate.ts';
import { Notifications } from './notifications.ts';
import { openPostgresServer } from './postgres-server.ts';

export interface Store {
  readonly db: Database;
  /** For whoever brings its own pool (the queue). */
  readonly connection: pg.ClientConfig;
  readonly notifications: Notifications;
  /** What is wrong when it does not answer now; for `/api/health`. */
  check(): Promise<Error | undefined>;
  /** Closes the connections, then stops the private server unless another process uses it. Twice is once. */
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  settings: Pick<Settings, 'homeDir' | 'cacheDir' | 'databaseUrl'>;
  progress: ProgressSink;
  signal?: AbortSignal;
}

const databaseName = 'stagecraft';
const oldestServer = { number: 140_000, name: '14' };

interface Backend {
  connection: pg.ClientConfig;
  stop(): Promise<void>;
}

/** Says where without saying the password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** An operator's own server. @throws StagecraftError `host_lacks` when it can't be used */
export async function externalBackend(url: string): Promise<Backend> {
  const connection = { connectionString: url };
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; version: string }>(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
    );
    const found = rows[0];
    if (found && found.number < oldestServer.number) {
      throw new StagecraftError(
        'host_lacks',
        `DATABASE_URL names a PostgreSQL ${found.version}; Stagecraft needs ${oldestServer.name} or newer.`,
      );
    }
  } catch (cause) {
    if (cause instanceof StagecraftError) throw cause;
    const { code, message } = cause as { code?: string; message: string };
    throw new StagecraftError(
      'host_lacks',
      `The PostgreSQL that DATABASE_URL names (${placeOf(url)}) could not be used: ${message || code}. Start it, correct DATABASE_URL, or unset it to use the built-in database.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
  return { connection, stop: async () => {} };
}

async function privateBackend({ settings, progress, signal }: OpenStoreOptions): Promise<Backend> {
  const server = await openPostgresServer({
    homeDir: settings.homeDir,
    cacheDir: settings.cacheDir,
    signal,
    onRestart: (detail) => progress({ id: 'database', title: 'Database', state: 'ready', detail }),
  });
  const admin = new pg.Client({ ...server.connection, database: 'postgres' });
  admin.on('error', () => {});
  try {
    await admin.connect();
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (!rowCount) await createDatabase(admin);
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    await admin.end().catch(() => {});
  }
  return { connection: { ...server.connection, database: databaseName }, stop: () => server.stop() };
}

async function createDatabase(admin: pg.Client): Promise<void> {
  await admin.query(`create database ${databaseName}`).catch((error: { code?: string }) => {
    // Another process was quicker.
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
}

/** Connects, migrates and listens. The caller owns the server behind the connection. */
export async function openStoreOn(connection: pg.ClientConfig): Promise<Store> {
  await migrateDatabase(connection);
  const { db, pool } = connectDatabase(connection);
  const notifications = new Notifications(connection);
  try {
    await notifications.start();
  } catch (error) {
    await pool.end();
    throw error;
  }
  const check = () =>
    pool.query('select 1').then(
      () => undefined,
      (fault: Error) => fault,
    );
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= notifications.close().finally(() => pool.end());
    return closed;
  };
  return { db, connection, notifications, check, close };
}

/**
 * @throws StagecraftError with a sentence for the terminal; nothing is left running then.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { settings, progress } = options;
  const task = { id: 'database', title: 'Database' };
  progress({ ...task, state: 'running', detail: settings.databaseUrl ? 'connecting' : 'starting' });
  try {
    const backend = settings.databaseUrl ? await externalBackend(settings.databaseUrl) : await privateBackend(options);
    const store = await openStoreOn(backend.connection).catch(async (error) => {
      await backend.stop();
      throw error;
    });
    progress({ ...task, state: 'ready' });
    const close = async () => {
      await store.close();
      await backend.stop();
    };
    return { ...store, close };
  } catch (error) {
    progress({ ...task, state: 'failed', detail: sentenceFor(error) });
    throw error;
  }
}
