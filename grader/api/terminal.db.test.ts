/** Who may look into an image, and who may not: over real sockets, with the shells themselves stood in for. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Submission } from '../contract/submission.ts';
import type { FromPage, TerminalQuery, TerminalView } from '../contract/terminal.ts';
import { limits } from '../limits.ts';
import { testStorage } from '../queue/testing-storage.ts';
import type { Page } from '../terminal/terminal-session.ts';
import type { PageLink, TerminalOf, Terminals } from '../terminal/terminals.ts';
import { createApi } from './app.ts';
import { type Listening, listen } from './listen.ts';
import { testDeps, testExercise } from './testing.ts';

const storage = testStorage();
let server: Listening;
let terminals: FakeTerminals | undefined;
const shutdown = new AbortController();
/** What sockets got: output, and the types of messages. */
const heard: string[] = [];

const view: TerminalView = {
  ...{ image: 'here', shell: '/bin/sh', toolbox: true, user: 'root' },
  limits: { idleMs: 1, totalMs: 1, graceMs: 1, messageBytesMax: 1, inputBytesPerSecond: 1 },
};

/** Remembers who asked for what; a shell that says what it was told. */
class FakeTerminals implements Pick<Terminals, 'view' | 'list' | 'open'> {
  readonly opened: { of: TerminalOf; query: TerminalQuery }[] = [];
  readonly received: FromPage[] = [];
  detached = 0;
  async view() {
    return view as TerminalView & { image: 'here' };
  }
  async list(_of: TerminalOf, path: string) {
    return { path, entries: [], more: 0 };
  }
  open(of: TerminalOf, query: TerminalQuery, page: Page): PageLink {
    this.opened.push({ of, query });
    page.tell({ type: 'opened', mode: query.mode, shell: 'sh', at: 0 });
    page.output(Buffer.from('hello'));
    return { receive: (message) => this.received.push(message), detach: () => (this.detached += 1) };
  }
}

beforeEach(async () => {
  heard.length = 0;
  terminals = new FakeTerminals();
  const api = createApi(
    testDeps({
      storage: () => storage,
      terminals: () => terminals as unknown as Terminals | undefined,
      shutdown: shutdown.signal,
    }),
  );
  server = await listen(api, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await server.close();
});

async function send(): Promise<{ cookie: string; id: string }> {
  const response = await fetch(`${server.url}api/submissions`, {
    method: 'POST',
    body: JSON.stringify({ exercise: testExercise.slug, dockerfile: 'FROM node:20' }),
    headers: { 'Content-Type': 'application/json' },
  });
  const cookie = (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? '';
  return { cookie, id: ((await response.json()) as Submission).id };
}

const own = () => server.url.replace(/\/$/, '');

interface Asking {
  id: string;
  cookie?: string;
  origin?: string | undefined;
  query?: string;
}

/** The socket, or the status that it was refused with. */
function openSocket({
  id,
  cookie,
  origin,
  query = 'mode=shell&columns=80&rows=24',
}: Asking): Promise<WebSocket | number> {
  const address = `${own().replace('http', 'ws')}/api/submissions/${id}/terminal/socket?${query}`;
  const headers = { ...(cookie && { Cookie: cookie }), ...(origin && { Origin: origin }) };
  const socket = new WebSocket(address, { headers });
  socket.on('message', (data, binary) => heard.push(binary ? String(data) : JSON.parse(String(data)).type));
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

const closing = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));

async function opened(asking: Asking): Promise<WebSocket> {
  const socket = await openSocket(asking);
  if (typeof socket === 'number') throw new Error(`Refused with ${socket}.`);
  return socket;
}

test('a page of this server opens a shell in its learner’s own image', async () => {
  const { cookie, id } = await send();
  const socket = await opened({ id, cookie, origin: own() });
  await expect.poll(() => heard).toEqual(['opened', 'hello']);
  expect(terminals?.opened[0]).toMatchObject({
    of: { submission: id },
    query: { mode: 'shell', columns: 80, rows: 24 },
  });
  socket.send(JSON.stringify({ type: 'input', data: 'ls' }));
  await expect.poll(() => terminals?.received).toEqual([{ type: 'input', data: 'ls' }]);
  socket.close();
  await expect.poll(() => terminals?.detached).toBe(1);
});

test('another site can not open one with the learner’s cookie, nor can who does not say where it comes from', async () => {
  const { cookie, id } = await send();
  const { port } = new URL(own());
  for (const origin of ['https://evil.example', `http://localhost:${port}`, 'null', undefined])
    expect(await openSocket({ id, cookie, origin }), `from ${origin}`).toBe(403);
  expect(terminals?.opened).toEqual([]);
});

test('another learner’s image, or none at all, does not exist', async () => {
  const { id } = await send();
  const other = await send();
  expect(await openSocket({ id, cookie: other.cookie, origin: own() })).toBe(404);
  expect(await openSocket({ id, origin: own() })).toBe(404);
  expect(await openSocket({ id: 'nothing', cookie: other.cookie, origin: own() })).toBe(404);
  for (const path of ['terminal', 'terminal/files']) {
    const answer = await fetch(`${own()}/api/submissions/${id}/${path}`, { headers: { Cookie: other.cookie } });
    expect(answer.status).toBe(404);
  }
  expect(terminals?.opened).toEqual([]);
});

test('what a shell is asked for must be as the contract says', async () => {
  const { cookie, id } = await send();
  for (const query of [
    '',
    'mode=root&columns=80&rows=24',
    'mode=shell&columns=100000&rows=24',
    'mode=shell&columns=80',
  ])
    expect(await openSocket({ id, cookie, origin: own(), query }), query).toBe(400);
});

test('what is no message of a terminal ends the connection, and so does one that is too large', async () => {
  const { cookie, id } = await send();
  const strange = ['not json', '{"type":"sudo"}', '{"type":"resize","columns":-1,"rows":5}', Buffer.from('binary')];
  for (const data of strange) {
    const socket = await opened({ id, cookie, origin: own() });
    socket.send(data);
    expect(await closing(socket)).toBe(1008);
  }
  const large = await opened({ id, cookie, origin: own() });
  large.send(JSON.stringify({ type: 'input', data: 'x'.repeat(limits.terminal.messageBytesMax) }));
  expect(await closing(large)).toBe(1009);
  expect(terminals?.received).toEqual([]);
});

test('the files and what there is are told to their learner, and nothing before the engine is there', async () => {
  const { cookie, id } = await send();
  const ask = (path: string) => fetch(`${own()}/api/submissions/${id}/${path}`, { headers: { Cookie: cookie } });
  expect(await (await ask('terminal')).json()).toEqual(view);
  expect(await (await ask('terminal/files?path=/app')).json()).toEqual({ path: '/app', entries: [], more: 0 });
  terminals = undefined;
  expect((await ask('terminal')).status).toBe(503);
  expect(await openSocket({ id, cookie, origin: own() })).toBe(503);
});

test('a server that closes does not wait for open sockets', async () => {
  const { cookie, id } = await send();
  const socket = await opened({ id, cookie, origin: own() });
  const closed = closing(socket);
  await server.close();
  await closed;
  await expect.poll(() => terminals?.detached).toBe(1);
});
