/** The part of `bench air-gap` that runs without a network: imports into a fresh clone, starts, grades one submission. */
import { spawn, spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [checkout = '', bundle = ''] = process.argv.slice(2);
const port = 4399;
const url = `http://127.0.0.1:${port}`;
const timeoutMs = 10 * 60_000;
const started = performance.now();

function say(text: string): void {
  process.stdout.write(`[${((performance.now() - started) / 1000).toFixed(1)} s] ${text}\n`);
}

function demand(fact: boolean, sentence: string): void {
  if (!fact) throw new Error(sentence);
  say(sentence);
}

async function proveAlone(): Promise<void> {
  const routes = readFileSync('/proc/net/route', 'utf8').trim().split('\n').length - 1;
  demand(routes === 0, `${routes} routes`);
  const reached = await new Promise<string>((resolve) => {
    const socket = connect({ host: '192.0.2.1', port: 80 });
    socket.on('connect', () => resolve('reached'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
  });
  demand(reached === 'ENETUNREACH', `an address elsewhere: ${reached}`);
  const resolved = await lookup('debian.org').then(
    () => 'resolved',
    (error: NodeJS.ErrnoException) => error.code,
  );
  demand(resolved !== 'resolved', `a name elsewhere: ${resolved}`);
}

function importBundle(): void {
  for (const round of ['first', 'second']) {
    const command = ['bin/stagecraft.mjs', 'catalogue', 'import', bundle];
    const { status } = spawnSync('node', command, { cwd: checkout, stdio: 'inherit' });
    demand(status === 0, `the ${round} import, begun by Node ${spawnSync('node', ['--version']).stdout}`.trim());
  }
}

interface Submission {
  id: string;
  state: string;
  verdict?: string;
}

async function submit(): Promise<Submission> {
  const dockerfile = readFileSync(join(checkout, 'content/exercises/ts-two-stages/solution/Dockerfile'), 'utf8');
  const answer = await fetch(`${url}/api/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ exercise: 'ts-two-stages', dockerfile }),
  });
  demand(answer.status === 201, `sent a Dockerfile: ${answer.status}`);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
  let submission = (await answer.json()) as Submission;
  while (submission.state !== 'finished') {
    if (performance.now() - started > timeoutMs) throw new Error(`Not graded in time: ${JSON.stringify(submission)}`);
    await wait(500);
    submission = (await (
      await fetch(`${url}/api/submissions/${submission.id}`, { headers: { cookie } })
    ).json()) as Submission;
  }
  return submission;
}

interface Health {
  status: string;
  message: string;
  database: string;
  engine: { ok: boolean };
  tasks: { title: string; state: string; detail?: string }[];
}

/** Until every image and package is there, or something has failed. */
async function untilReady(): Promise<Health> {
  for (;;) {
    const health = (await fetch(`${url}/api/health`)
      .then((answer) => answer.json())
      .catch(() => undefined)) as Health | undefined;
    const failed = health?.tasks.find((task) => task.state === 'failed');
    if (failed !== undefined) throw new Error(`${failed.title}: ${failed.detail}`);
    if (health?.status === 'ready') return health;
    if (performance.now() - started > timeoutMs) throw new Error(`Not ready in time: ${JSON.stringify(health)}`);
    await wait(500);
  }
}

/** npm hands on no signals and ends before its child: everybody of its process group is told, and waited for. */
async function endGroup(leader: number): Promise<void> {
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-leader, name);
    } catch {
      return false;
    }
  };
  signal('SIGTERM');
  while (signal(0)) await wait(200);
}

async function main(): Promise<void> {
  mkdirSync(process.env.HOME ?? '', { recursive: true });
  await proveAlone();
  importBundle();
  say('npm start');
  const server = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: checkout,
    stdio: 'inherit',
    detached: true,
  });
  try {
    const health = await untilReady();
    say(`ready: ${health.message}`);
    const page = await fetch(`${url}/`);
    demand(page.status === 200, `the site answers: ${page.status}`);
    const submission = await submit();
    demand(submission.verdict === 'passed', `ts-two-stages: ${submission.verdict}`);
  } finally {
    if (server.pid !== undefined) await endGroup(server.pid);
    say('stopped');
  }
}

await main();
process.exit(0);
