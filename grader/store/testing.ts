/**
 * For tests only: one private PostgreSQL per test file, and one database per test, copied from a migrated template.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { openStoreOn, type Store } from './open-store.ts';
import { openPostgresServer, type PostgresServer } from './postgres-server.ts';

export interface TestPostgres {
  readonly server: PostgresServer;
  /** A database of its own. */
  createDatabase(options?: { empty?: boolean }): Promise<pg.ClientConfig>;
  /** A migrated store on a database of its own; closed by `stop` at the latest. */
  openStore(): Promise<Store>;
  stop(): Promise<void>;
}

const template = 'migrated_template';

/**
 * In `/tmp` because root runs the server as nobody, who must be able to get there. Without fsync: the data is thrown
 * away. `prepare` adds to the template what every test needs.
 */
export async function startTestPostgres(prepare?: (store: Store) => Promise<void>): Promise<TestPostgres> {
  const homeDir = await mkdtemp(join('/tmp', 'stagecraft-test-'));
  await chmod(homeDir, 0o755);
  const server = await openPostgresServer({ homeDir, cacheDir: join(homeDir, 'cache'), fsync: false });
  const admin = new pg.Client({ ...server.connection, database: 'postgres' });
  admin.on('error', () => {});
  await admin.connect();
  await admin.query(`create database ${template}`);
  const templateStore = await openStoreOn({ ...server.connection, database: template });
  await (prepare?.(templateStore) ?? Promise.resolve()).finally(() => templateStore.close());
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
    stop: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await admin.end().catch(() => {});
      await server.stop();
      await rm(homeDir, { recursive: true, force: true });
    },
  };
}
