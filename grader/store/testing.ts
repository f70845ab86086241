/**
 * For tests only: one private PostgreSQL per test file, and databases copied from a migrated template.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Report } from '../contract/report.ts';
import { openStoreOn, type Store } from './open-store.ts';
import { openPostgresServer, type PostgresServer } from './postgres-server.ts';

/** For what comes sooner or later: against what never does, not against a busy machine. */
export const patiently = { timeout: 50_000, interval: 20 };

export interface TestPostgres {
  readonly server: PostgresServer;
  /** A database of its own. */
  createDatabase(options?: { empty?: boolean }): Promise<pg.ClientConfig>;
  /** A migrated store on a database of its own; closed by `stop` at the latest. */
  openStore(): Promise<Store>;
  /** Empties every table of a store: as good as a new one, and a hundred times faster. */
  empty(store: Store): Promise<void>;
  stop(): Promise<void>;
}

const template = 'migrated_template';

/**
 * In `/tmp` because root runs the server as nobody, who must be able to get there. Without fsync: the data is thrown
 * away.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const homeDir = await mkdtemp(join('/tmp', 'stagecraft-test-'));
  await chmod(homeDir, 0o755);
  const server = await openPostgresServer({ homeDir, cacheDir: join(homeDir, 'cache'), fsync: false });
  const admin = new pg.Client({ ...server.connection, database: 'postgres' });
  admin.on('error', () => {});
  await admin.connect();
  await admin.query(`create database ${template}`);
  const templateStore = await openStoreOn({ ...server.connection, database: template });
  await templateStore.close();
  const stores: Store[] = [];
  let made = 0;
  const createDatabase = async ({ empty = false } = {}) => {
    made += 1;
    const database = `test_${made}`;
    await admin.query(`create database ${database}${empty ? '' : ` template ${template}`}`);
    return { ...server.connection, database };
  };
  return {
    server,
    createDatabase,
    openStore: async () => {
      const store = await openStoreOn(await createDatabase());
      stores.push(store);
      return store;
    },
    empty: async ({ db }) => {
      await db.execute(sql`truncate learners, submissions, submission_events, layer_files, course_images`);
      await db.execute(
        sql`do $$ begin if to_regclass('pgboss.job') is not null then delete from pgboss.job; end if; end $$`,
      );
    },
    stop: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await admin.end().catch(() => {});
      await server.stop();
      await rm(homeDir, { recursive: true, force: true });
    },
  };
}

export interface TestStore {
  readonly postgres: TestPostgres;
  readonly store: Store;
}

/** A store for the tests of one file, empty before each of them. */
export function testStore(): TestStore {
  let opened: TestStore | undefined;
  const here = () => {
    if (opened === undefined) throw new Error('The store is there from the first hook of a test on.');
    return opened;
  };
  beforeAll(async () => {
    const postgres = await startTestPostgres();
    opened = { postgres, store: await postgres.openStore() };
  });
  afterAll(() => opened?.postgres.stop());
  beforeEach(() => here().postgres.empty(here().store));
  return {
    get postgres() {
      return here().postgres;
    },
    get store() {
      return here().store;
    },
  };
}

/** What a grader says of a submission that passed, as short as it may be. */
export const testReport: Report = {
  verdict: 'passed',
  checks: [],
  build: { ok: true, durationMs: 1, findings: [], vertexes: [] },
  stages: [],
  catalogue: { source: 'stand-in' },
};
