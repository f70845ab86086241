/** One WebSocket of a terminal: JSON messages that are checked, binary output, and a sign of life now and then. */
import type { WSContext, WSEvents } from 'hono/ws';
import type { WebSocket } from 'ws';
import { fromPageSchema } from '../contract/terminal.ts';
import { limits } from '../limits.ts';
import type { Page } from '../terminal/terminal-session.ts';
import type { PageLink } from '../terminal/terminals.ts';
import type { ApiDeps } from './deps.ts';

/** Codes of RFC 6455. */
const done = 1000;
const badMessage = 1008;
const goingAway = 1001;

/** @param open connects the socket's page with a shell */
export function socketEvents(open: (page: Page) => PageLink, { shutdown }: Pick<ApiDeps, 'shutdown'>): WSEvents {
  let link: PageLink | undefined;
  let stop = () => {};
  return {
    onOpen: (_event, socket) => {
      stop = keepAlive(socket, shutdown);
      link = open(pageOf(socket));
    },
    onMessage: ({ data }, socket) => {
      const message = parseMessage(data);
      if (message === undefined) socket.close(badMessage, 'not a message of a terminal');
      else link?.receive(message);
    },
    onClose: () => {
      stop();
      link?.detach();
    },
    onError: () => {
      // `close` follows.
    },
  };
}

function parseMessage(data: unknown) {
  if (typeof data !== 'string') return undefined;
  try {
    return fromPageSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

function pageOf(socket: WSContext): Page {
  return {
    tell: (message) => socket.send(JSON.stringify(message)),
    // A copy: what the shell's stream gave may be part of a larger buffer.
    output: (bytes) => socket.send(Uint8Array.from(bytes)),
    close: () => socket.close(done),
  };
}

/** A connection that broke without a word is found out; returns how to stop looking. */
function keepAlive(socket: WSContext, shutdown: AbortSignal): () => void {
  const raw = socket.raw as WebSocket;
  let answered = true;
  raw.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return raw.terminate();
    answered = false;
    raw.ping();
  }, limits.terminal.socketPingMs);
  // The shells' own words come first: they are told by whoever ends them.
  const leave = () => setTimeout(() => raw.close(goingAway), lastWordsMs);
  shutdown.addEventListener('abort', leave, { once: true });
  return () => {
    clearInterval(timer);
    shutdown.removeEventListener('abort', leave);
  };
}

const lastWordsMs = 1_000;
