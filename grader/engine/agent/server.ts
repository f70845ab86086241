/** The agent's API: HTTP over one unix socket that only the grader can reach. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ProbeRequest } from '../engine.ts';
import type { Ballast } from './ballast.ts';
import type { Layers } from './layers.ts';
import { isProbeable, probe } from './prober.ts';
import type { AgentConfig, AgentStatus, LayerPlace, SearchRequest } from './protocol.ts';
import type { Slots } from './slots.ts';

const requestBytesMax = 4 * 1024 * 1024;

export interface ServerOptions {
  config: AgentConfig;
  slots: Slots;
  /** Slots of another size; their leases are told apart by their ids. */
  terminals: Slots;
  layers: Layers;
  ballast: Ballast;
  status: () => Promise<AgentStatus>;
  /** Told how many processes hold the engine, whenever that changes. */
  onUsers: (count: number) => void;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
}

type Route = (exchange: Exchange) => Promise<void>;

/** @returns the server, not yet listening */
export function createAgentServer(options: ServerOptions): Server {
  const routes = new Map<string, Route>(Object.entries(routesFor(options)));
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const route = routes.get(`${request.method} ${request.url}`);
    if (route === undefined) {
      sendJson(response, 404, { error: `The agent has no ${request.method} ${request.url}.` });
      return;
    }
    route({ request, response, signal: gone.signal }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  server.requestTimeout = 0;
  return server;
}

function routesFor({
  config,
  slots,
  terminals,
  layers,
  ballast,
  status,
  onUsers,
}: ServerOptions): Record<string, Route> {
  let users = 0;
  const changeUsers = (by: 1 | -1): void => {
    users += by;
    onUsers(users);
  };
  return {
    'GET /status': async ({ response }) => sendJson(response, 200, await status()),
    // Held open for as long as the engine lives: its closing tells every user at once that the engine has died.
    'GET /alive': async ({ response, signal }) => {
      changeUsers(1);
      signal.addEventListener('abort', () => changeUsers(-1));
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('alive\n');
    },
    'POST /slots/acquire': (exchange) => acquire(exchange, slots),
    'POST /terminals/acquire': (exchange) => acquire(exchange, terminals),
    'POST /slots/quiet': (exchange) => beQuiet(exchange, slots),
    'POST /slots/usage': async ({ request, response }) => {
      const lease = text(await readJson(request), 'lease');
      const usage = slots.usage(lease) ?? terminals.usage(lease);
      if (usage === undefined) sendJson(response, 410, { error: 'There is no such lease.' });
      else sendJson(response, 200, usage);
    },
    'POST /slots/release': async ({ request, response }) => {
      const lease = text(await readJson(request), 'lease');
      await Promise.all([slots.release(lease), terminals.release(lease)]);
      sendJson(response, 200, {});
    },
    // Around pruning: a full disk must first give dockerd the room to prune in.
    'POST /disk/relieve': async ({ response }) => {
      ballast.dropIfFull();
      sendJson(response, 200, {});
    },
    'POST /disk/settle': async ({ response }) => {
      ballast.restore();
      sendJson(response, 200, {});
    },
    'POST /probe': async ({ request, response, signal }) => {
      const wanted = (await readJson(request)) as unknown as ProbeRequest;
      const { runCidr, buildCidr } = config.network;
      if (!isProbeable(String(wanted.ip), [runCidr, buildCidr]))
        throw new Error(`${wanted.ip} is no container's address.`);
      sendJson(response, 200, await probe(wanted, config.probe, signal));
    },
    'POST /layers': async ({ request, response }) => {
      const { layers: places } = (await readJson(request)) as unknown as { layers: LayerPlace[] };
      sendJsonParts(response, await layers.index(places));
    },
    'POST /search': async ({ request, response, signal }) => {
      const { layers: places, needle } = (await readJson(request)) as unknown as SearchRequest;
      if (typeof needle !== 'string' || needle.length < 6)
        throw new Error('A text to search for has 6 characters or more.');
      sendJsonParts(response, await layers.search(places, needle, signal));
    },
  };
}

async function acquire({ request, response, signal }: Exchange, slots: Slots): Promise<void> {
  const { preferred } = await readJson(request);
  const grant = await slots.acquire(signal, typeof preferred === 'number' ? preferred : undefined);
  if (signal.aborted) {
    await slots.release(grant.lease);
    return;
  }
  signal.addEventListener('abort', () => void slots.release(grant.lease));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(`${JSON.stringify(grant)}\n`);
}

/** The time lasts as long as the connection, as a lease does. */
async function beQuiet({ request, response, signal }: Exchange, slots: Slots): Promise<void> {
  const { ifIdle } = await readJson(request);
  const quiet = await slots.quiet(signal, { ifIdle: ifIdle === true });
  if (quiet === undefined) {
    sendJson(response, 409, { error: 'Slots are in use, or another process tidies.' });
    return;
  }
  if (signal.aborted) {
    quiet.end();
    return;
  }
  signal.addEventListener('abort', () => quiet.end());
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{}\n');
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > requestBytesMax) throw new Error(`A request to the agent may have ${requestBytesMax} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}

function text(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw new Error(`Expected "${field}" to be a text.`);
  return value;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const payload = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': payload.length });
  response.end(payload);
}

/** An array whose members already are JSON. */
function sendJsonParts(response: ServerResponse, parts: Buffer[]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('[');
  for (const [index, part] of parts.entries()) {
    if (index > 0) response.write(',');
    response.write(part);
  }
  response.end(']');
}
