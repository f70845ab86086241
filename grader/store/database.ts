/** The connections to PostgreSQL, whoever runs it. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { limits } from '../limits.ts';
import * as schema from './schema.ts';

export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** What a query runs on. */
export type Executor = Database | Transaction;

export interface Connected {
  db: Database;
  pool: pg.Pool;
}

export function connectDatabase(connection: pg.ClientConfig): Connected {
  const pool = new pg.Pool({
    ...connection,
    max: limits.store.poolConnectionsMax,
    connectionTimeoutMillis: limits.store.connectTimeoutMs,
    // A server that accepts and then says nothing, or a network that was cut, tells nobody.
    query_timeout: limits.store.queryTimeoutMs,
    keepAlive: true,
    idle_in_transaction_session_timeout: limits.store.idleInTransactionMs,
    application_name: 'stagecraft',
  });
  // Whoever uses a connection that breaks hears of it from the query, and an idle one is replaced. But without listeners,
  // a break while no query runs, also between two of a transaction, would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return { db: drizzle(pool, { schema }), pool };
}
