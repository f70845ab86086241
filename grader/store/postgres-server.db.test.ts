import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openPostgresServer, type PostgresServer } from './postgres-server.ts';
import { patiently } from './testing.ts';

let homeDir: string;
const open: PostgresServer[] = [];

/** Every test leaves the server stopped, so one set of data serves them all. */
beforeAll(async () => {
  homeDir = await mkdtemp('/tmp/stagecraft-pg-');
  await chmod(homeDir, 0o755);
});

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

afterAll(async () => {
  await rm(homeDir, { recursive: true, force: true });
});

async function start(onRestart?: (reason: string) => void): Promise<PostgresServer> {
  const server = await openPostgresServer({ homeDir, cacheDir: join(homeDir, 'cache'), fsync: false, onRestart });
  open.push(server);
  return server;
}

async function query(server: PostgresServer, text: string): Promise<unknown[]> {
  const client = new pg.Client({ ...server.connection, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const pidOf = async () => Number.parseInt(await readFile(join(homeDir, 'database/data/postmaster.pid'), 'utf8'), 10);

test('a server that outlived its Stagecraft is adopted with its data', async () => {
  const first = await start();
  await query(first, 'create table adopted (n int)');
  const second = await start();
  expect(first.adopted).toBe(false);
  expect(second.adopted).toBe(true);
  expect(await query(second, 'select count(*)::int as rows from adopted')).toEqual([{ rows: 0 }]);
});

test('it listens on no TCP port', async () => {
  const server = await start();
  expect(await query(server, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
});

test('stopping leaves it running for another process that is connected', async () => {
  const server = await start();
  const other = new pg.Client({ ...server.connection, database: 'postgres' });
  other.on('error', () => {});
  await other.connect();
  await server.stop();
  expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await other.end();
});

test('a server that dies is started again with what was committed', async () => {
  const onRestart = vi.fn();
  const server = await start(onRestart);
  await query(server, 'create table kept (n int)');
  await query(server, 'insert into kept values (7)');
  process.kill(await pidOf(), 'SIGKILL');
  await vi.waitFor(() => expect(onRestart).toHaveBeenCalled(), patiently);
  expect(await query(server, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('data of another major version is refused with what to do, and left alone', async () => {
  const server = await start();
  await server.stop();
  const version = join(homeDir, 'database/data/PG_VERSION');
  await writeFile(version, '15\n');
  await expect(start()).rejects.toThrow(
    /was made by PostgreSQL 15, and this Stagecraft brings PostgreSQL 18\. Go back/,
  );
  expect(await readFile(version, 'utf8')).toBe('15\n');
  await writeFile(version, '18\n');
});
