/** Brings a database to this version's tables. Any number of processes may do so at once. */
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any number, the same in every version. */
const lockKey = 7_236_401;

/**
 * drizzle's `migrate` takes no lock of its own (5 of 6 concurrent starts failed), so this takes one on the connection
 * that migrates. The lock ends with the connection, also when we are killed.
 */
export async function migrateDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await migrate(drizzle(client), { migrationsFolder: join(import.meta.dirname, 'migrations') });
  } finally {
    await client.end();
  }
}
