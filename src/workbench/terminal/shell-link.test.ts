import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromPage, FromShell, TerminalEnd } from '../../../grader/contract/terminal.ts';
import { ShellLink } from './shell-link.ts';

const limits = { idleMs: 1, totalMs: 1, graceMs: 5_000, messageBytesMax: 16_384, inputBytesPerSecond: 64_000 };

class FakeSocket extends EventTarget {
  binaryType = '';
  readyState = 1;
  readonly sent: FromPage[] = [];
  readonly query: URLSearchParams;
  constructor(address: string) {
    super();
    this.query = new URL(address, 'ws://here').searchParams;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.dispatchEvent(new Event('open'));
  }
  breaks(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
  tells(message: FromShell): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  outputs(text: string): void {
    this.dispatchEvent(new MessageEvent('message', { data: new TextEncoder().encode(text).buffer }));
  }
  /** Of one type. */
  of(type: FromPage['type']) {
    return this.sent.filter((message) => message.type === type);
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function linkWith({ resume = false } = {}) {
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const ends: (TerminalEnd | 'moved')[] = [];
  let text = '';
  const link = new ShellLink({
    ...{ address: '/s', mode: 'shell', size: { columns: 80, rows: 24 }, limits, resume },
    handlers: {
      onOpen: ({ fresh }) => heard.push(fresh ? 'open' : 'back'),
      onOutput: (bytes, done) => {
        text += new TextDecoder().decode(bytes);
        done();
      },
      onWarning: (reason) => heard.push(reason),
      onLost: () => heard.push('lost'),
      onEnd: (end) => ends.push(end),
    },
    open: (address) => {
      const socket = new FakeSocket(address);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  const socket = () => sockets.at(-1) as FakeSocket;
  const opens = (at = 0) => {
    socket().opens();
    socket().tells({ type: 'opened', mode: 'shell', shell: 'sh', at });
  };
  return { link, sockets, socket, opens, heard, ends, text: () => text };
}

test('a broken connection comes back to the same byte of the same shell', async () => {
  const { socket, sockets, opens, heard, text } = linkWith();
  expect(socket().query.has('seen')).toBe(false);
  opens();
  socket().outputs('hello ');
  socket().breaks();
  await vi.advanceTimersByTimeAsync(300);
  expect(sockets).toHaveLength(2);
  expect(socket().query.get('seen')).toBe('6');
  opens(6);
  socket().outputs('world');
  expect(heard).toEqual(['open', 'lost', 'back']);
  expect(text()).toBe('hello world');
});

test('a server that was never reached is asked for a new shell, one that was for the same', async () => {
  const never = linkWith();
  never.socket().breaks();
  await vi.advanceTimersByTimeAsync(300);
  expect(never.socket().query.has('seen')).toBe(false);
  never.socket().opens();
  never.socket().breaks();
  await vi.advanceTimersByTimeAsync(600);
  expect(never.socket().query.get('seen')).toBe('0');
});

test('after the time that a shell waits, it is given up', async () => {
  const { socket, ends, sockets, opens } = linkWith();
  opens();
  for (let tries = 0; ends.length === 0 && tries < 20; tries += 1) {
    socket().breaks();
    await vi.advanceTimersByTimeAsync(3_000);
  }
  expect(ends).toEqual([{ reason: 'lost' }]);
  const before = sockets.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(before);
});

test('an end is an end: the closing of the socket after it starts nothing', async () => {
  const { socket, sockets, opens, ends, heard } = linkWith();
  opens();
  socket().tells({ type: 'end', reason: 'exited', exitCode: 0 });
  sockets[0]?.breaks();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ends).toEqual([{ type: 'end', reason: 'exited', exitCode: 0 }]);
  expect(sockets).toHaveLength(1);
  expect(heard).toEqual(['open']);
});

test('what is drawn is told, now and then', async () => {
  const { socket, opens } = linkWith();
  opens();
  for (let count = 0; count < 50; count += 1) socket().outputs('0123456789');
  await vi.advanceTimersByTimeAsync(100);
  expect(socket().of('ack')).toEqual([{ type: 'ack', bytes: 500 }]);
});

test('a large paste goes in pieces, in order and at the pace that is allowed', async () => {
  const { link, socket, opens } = linkWith();
  opens();
  const paste = `${'é'.repeat(1_999)}😀${'z'.repeat(3_000)}`;
  link.type(paste);
  link.type('!');
  await vi.advanceTimersByTimeAsync(50);
  expect(socket().of('input')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  const pieces = socket()
    .of('input')
    .map((message) => (message.type === 'input' ? message.data : ''));
  expect(pieces.join('')).toBe(`${paste}!`);
  for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
});

test('what is no message of a shell is left out', () => {
  const { socket, opens, heard } = linkWith();
  opens();
  socket().dispatchEvent(new MessageEvent('message', { data: 'not json' }));
  socket().dispatchEvent(new MessageEvent('message', { data: '{"type":"title"}' }));
  expect(heard).toEqual(['open']);
});
