/**
 * A private PostgreSQL below `homeDir/database`, reachable by a unix socket only.
 *
 * It outlives a killed Stagecraft on purpose: the next one adopts it. `postmaster.pid` is PostgreSQL's own lock and is
 * never deleted here, whatever it says. Absent on purpose: TCP, passwords (the socket's folder is 0700), backups.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chown, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { explainPostgresFailure, isAnotherServer, otherMajor } from './postgres-faults.ts';
import { type Place, preparePlace } from './postgres-place.ts';

const run = promisify(execFile);
const userName = 'stagecraft';
/** The C locale keeps its messages in English, which `postgres-faults.ts` reads. */
const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin' };

export interface PostgresServer {
  /** For `pg`: a unix socket's folder as host, and a user. */
  readonly connection: { host: string; port: number; user: string };
  /** True when it was running before us. */
  readonly adopted: boolean;
  /** Stops it, unless another process is connected to it. Never throws. */
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  homeDir: string;
  cacheDir: string;
  /** Told when the server died and was started again. */
  onRestart?: (reason: string) => void;
  /** Off only where losing everything on a power cut is fine: tests. */
  fsync?: boolean;
  signal?: AbortSignal;
}

interface Running {
  place: Place;
  binaries: PostgresBinaries;
  options: PostgresServerOptions;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function createCluster({ place, binaries, options }: Running): Promise<void> {
  const versionFile = `${place.dataDir}/PG_VERSION`;
  if (await exists(versionFile)) {
    const found = (await readFile(versionFile, 'utf8')).trim();
    if (found !== binaries.major) throw otherMajor(found, binaries.major, place);
    return;
  }
  // Made beside its place and renamed, so that a killed initdb leaves nothing that looks like a database.
  const draft = `${place.dataDir}.new-${process.pid}`;
  const args = ['-D', draft, '-U', userName, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...(options.fsync === false ? ['--no-sync'] : []));
  try {
    await run(binaries.initdb, args, { ...place.runAs, env, cwd: place.rootDir, signal: options.signal });
    await rename(draft, place.dataDir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const { stderr, message } = error as { stderr?: string; message: string };
    throw explainPostgresFailure(stderr || message, place);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Opened by us, as the server's folder belongs to another user: a planted link must not be followed. */
async function openLog(place: Place) {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const file = await open(place.logFile, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  const { size } = await file.stat();
  if (size > limits.store.serverLogBytesMax) await file.truncate(0);
  if (place.runAs) await chown(place.logFile, place.runAs.uid, place.runAs.gid);
  return { file, start: size > limits.store.serverLogBytesMax ? 0 : size };
}

interface Attempt {
  child: ChildProcess;
  /** What this attempt wrote to the log. */
  output(): Promise<string>;
}

async function spawnServer({ place, binaries, options }: Running): Promise<Attempt> {
  const log = await openLog(place);
  const settings = {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: place.socketDir,
    unix_socket_permissions: '0700',
    max_connections: String(limits.store.connectionsMax),
    shared_buffers: '64MB',
    log_min_messages: 'warning',
    fsync: options.fsync === false ? 'off' : 'on',
  };
  const args = [
    '-D',
    place.dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  try {
    // Its own session: Ctrl-C in the terminal must reach us first, so that running work is handed back.
    const child = spawn(binaries.postgres, args, {
      ...place.runAs,
      env,
      cwd: place.rootDir,
      detached: true,
      stdio: ['ignore', log.file.fd, log.file.fd],
    });
    const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
    child.unref();
    const output = async () => {
      if (child.pid === undefined) return failed;
      return (await readFile(place.logFile)).subarray(log.start).toString('utf8');
    };
    return { child, output };
  } finally {
    await log.file.close();
  }
}

type Answer = 'ready' | 'starting' | 'absent';

async function knock(place: Place): Promise<Answer> {
  const client = new pg.Client({
    host: place.socketDir,
    port: 5432,
    user: userName,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return 'ready';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent';
    return 'starting';
  } finally {
    await client.end().catch(() => {});
  }
}

async function pidOf(place: Place): Promise<number> {
  const text = await readFile(`${place.dataDir}/postmaster.pid`, 'utf8').catch(() => '');
  return Number.parseInt(text, 10);
}

function hasEnded({ child }: Attempt): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Connects to a running server or starts one; several processes may do so at once, PostgreSQL lets only one in. */
async function bringUp(running: Running): Promise<{ adopted: boolean }> {
  const { place, options } = running;
  const deadline = Date.now() + limits.store.startTimeoutMs;
  let attempt: Attempt | undefined;
  try {
    while (Date.now() < deadline) {
      options.signal?.throwIfAborted();
      const answer = await knock(place);
      if (answer === 'ready') return { adopted: attempt === undefined || hasEnded(attempt) };
      if (attempt && hasEnded(attempt)) {
        const output = await attempt.output();
        if (!isAnotherServer(output)) throw explainPostgresFailure(output, place);
        attempt = undefined;
        await sleep(300, undefined, { signal: options.signal });
      } else if (answer === 'absent' && !attempt) {
        attempt = await spawnServer(running);
      }
      await sleep(30, undefined, { signal: options.signal });
    }
    const pid = await pidOf(place);
    throw new StagecraftError(
      'conflict',
      `The database in ${place.dataDir} did not answer within ${limits.store.startTimeoutMs / 1000} s; postmaster.pid names process ${pid}. If that is not PostgreSQL, end it or restart this machine; the log is ${place.logFile}.`,
    );
  } catch (error) {
    // Still starting, and given up: what we started does not stay. Another's server is left alone.
    if (attempt && !hasEnded(attempt)) attempt.child.kill('SIGINT');
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Starts the server again when it dies under us; the pools reconnect by themselves. */
function superviseUntil(running: Running, stopped: AbortSignal): void {
  const watch = async () => {
    while (!stopped.aborted) {
      const pid = await pidOf(running.place);
      if (!Number.isNaN(pid) && isAlive(pid)) {
        await sleep(limits.store.watchIntervalMs, undefined, { ref: false, signal: stopped }).catch(() => {});
        continue;
      }
      const fault = await bringUp({ ...running, options: { ...running.options, signal: stopped } }).then(
        () => undefined,
        (error: Error) => error,
      );
      if (stopped.aborted) return;
      running.options.onRestart?.(fault?.message ?? 'The database had stopped and was started again.');
      if (fault) await sleep(limits.store.restartDelayMs, undefined, { ref: false, signal: stopped }).catch(() => {});
    }
  };
  void watch();
}

async function othersAreConnected(place: Place): Promise<boolean> {
  const client = new pg.Client({ host: place.socketDir, port: 5432, user: userName, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1",
    );
    return rows.length > 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function stopServer({ place, binaries }: Running): Promise<void> {
  // Our own connections may be closing still.
  for (let looks = 1; await othersAreConnected(place); looks += 1) {
    if (looks === 20) return;
    await sleep(50);
  }
  const stop = (mode: string) =>
    run(binaries.pgCtl, ['stop', '-D', place.dataDir, '-m', mode, '-w', '-t', '20'], {
      ...place.runAs,
      env,
      cwd: place.rootDir,
    });
  await stop('fast').catch(() => stop('immediate').catch(() => {}));
}

/**
 * Opens the private server, making it first where there is none.
 * @throws StagecraftError `host_lacks`, `disk_full`, `not_permitted`, `conflict` or `internal`, each with what to do.
 */
export async function openPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const place = await preparePlace(options.homeDir).catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof StagecraftError) throw cause;
    throw new StagecraftError(
      cause.code === 'ENOSPC' ? 'disk_full' : 'not_permitted',
      `The database's folder ${options.homeDir}/database could not be made (${cause.code}). Set STAGECRAFT_HOME to a folder you may write to.`,
      { cause },
    );
  });
  const binaries = await findPostgresBinaries({ cacheDir: options.cacheDir, runAs: place.runAs });
  const running: Running = { place, binaries, options };
  await createCluster(running);
  const { adopted } = await bringUp(running);
  const stopped = new AbortController();
  superviseUntil(running, stopped.signal);
  const stop = async () => {
    stopped.abort();
    await stopServer(running);
  };
  return { connection: { host: place.socketDir, port: 5432, user: userName }, adopted, stop };
}
