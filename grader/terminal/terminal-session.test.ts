import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromShell } from '../contract/terminal.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ShellEnd, ShellProcess } from './shell-process.ts';
import { type Page, type TerminalLimits, TerminalSession } from './terminal-session.ts';

const size = { columns: 80, rows: 24 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

class FakePage implements Page {
  readonly told: FromShell[] = [];
  text = '';
  closed = false;
  tell(message: FromShell): void {
    this.told.push(message);
  }
  output(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString();
  }
  close(): void {
    this.closed = true;
  }
  get end() {
    return this.told.find((message) => message.type === 'end');
  }
}

function fakeShell() {
  const output = new PassThrough();
  const typed: string[] = [];
  const ended = Promise.withResolvers<ShellEnd>();
  const stream = Object.assign(output, {
    write: (bytes: Buffer) => typed.push(bytes.toString()) > 0,
  });
  const process = { stream, ended: ended.promise, resize: vi.fn(), dispose: vi.fn(async () => {}) };
  return { process: process as typeof process & ShellProcess, typed, exit: ended.resolve };
}

function sessionWith(changes: Partial<TerminalLimits> = {}, start?: () => Promise<ShellProcess>) {
  const shell = fakeShell();
  const onGone = vi.fn();
  const onFault = vi.fn();
  const session = new TerminalSession({
    mode: 'shell',
    shell: 'sh',
    limits: { ...limits.terminal, ...changes },
    start: start ?? (async () => shell.process),
    ...{ onGone, onFault },
  });
  return { session, shell, onGone, onFault, page: new FakePage() };
}

const isGone = ({ shell, onGone }: ReturnType<typeof sessionWith>) => {
  expect(shell.process.dispose).toHaveBeenCalledTimes(1);
  expect(onGone).toHaveBeenCalledTimes(1);
};

test('a page types into the shell, resizes it, and is told its exit code', async () => {
  const opened = sessionWith();
  const { session, shell, page } = opened;
  await session.start(page, size);
  expect(page.told).toEqual([{ type: 'opened', mode: 'shell', shell: 'sh', at: 0 }]);
  session.receive(page, { type: 'input', data: 'ls\r' });
  session.receive(page, { type: 'resize', columns: 100, rows: 30 });
  expect(shell.typed).toEqual(['ls\r']);
  expect(shell.process.resize).toHaveBeenLastCalledWith({ type: 'resize', columns: 100, rows: 30 });
  shell.exit({ exitCode: 3, oomKilled: false });
  await vi.advanceTimersByTimeAsync(200);
  expect(page.end).toEqual({ type: 'end', reason: 'exited', exitCode: 3, oomKilled: false });
  expect(page.closed).toBe(true);
  isGone(opened);
});

test('without a key pressed it warns, and ends', async () => {
  const opened = sessionWith({ idleMs: 100_000, warnBeforeMs: 10_000 });
  const { session, page } = opened;
  await session.start(page, size);
  await vi.advanceTimersByTimeAsync(80_000);
  session.receive(page, { type: 'input', data: 'x' });
  await vi.advanceTimersByTimeAsync(90_001);
  expect(page.told.at(-1)).toEqual({ type: 'warning', reason: 'idle', leftMs: 10_000 });
  expect(page.end).toBeUndefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(page.end).toMatchObject({ reason: 'idle' });
  isGone(opened);
});

test('it ends after its whole time, however busy', async () => {
  const opened = sessionWith({ totalMs: 60_000, idleMs: 50_000 });
  const { session, page } = opened;
  await session.start(page, size);
  for (let second = 0; second < 59; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    session.receive(page, { type: 'input', data: 'x' });
  }
  expect(page.end).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_001);
  expect(page.end).toMatchObject({ reason: 'total' });
  isGone(opened);
});

test('a page that comes back in time finds its shell, and one that does not loses it', async () => {
  const opened = sessionWith({ graceMs: 30_000 });
  const { session, shell, page } = opened;
  await session.start(page, size);
  shell.process.stream.push('hello ');
  await vi.advanceTimersByTimeAsync(1);
  session.detach(page);
  shell.process.stream.push('world');
  await vi.advanceTimersByTimeAsync(29_000);
  const back = new FakePage();
  session.attach(back, { size, seen: 6 });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(back.told[0]).toMatchObject({ type: 'opened', at: 6 });
  expect(back.text).toBe('world');
  session.detach(back);
  await vi.advanceTimersByTimeAsync(30_001);
  isGone(opened);
});

test('another tab takes the shell over: the first is told, and its closing changes nothing', async () => {
  const { session, shell, page } = sessionWith();
  await session.start(page, size);
  const other = new FakePage();
  session.attach(other, { size, seen: 0 });
  expect(page.told.at(-1)).toEqual({ type: 'moved' });
  expect(page.closed).toBe(true);
  session.detach(page);
  session.receive(page, { type: 'input', data: 'late' });
  await vi.advanceTimersByTimeAsync(60_000);
  session.receive(other, { type: 'input', data: 'here' });
  expect(shell.typed).toEqual(['here']);
  expect(session.running).toBe(true);
});

test('more messages or more text than a terminal takes end it', async () => {
  const many = sessionWith({ messagesPerSecond: 5 });
  await many.session.start(many.page, size);
  for (let count = 0; count < 11; count += 1) many.session.receive(many.page, { type: 'ack', bytes: 0 });
  await vi.advanceTimersByTimeAsync(1);
  expect(many.page.end).toMatchObject({ reason: 'misused' });
  isGone(many);
  const much = sessionWith({ inputBytesPerSecond: 10 });
  await much.session.start(much.page, size);
  much.session.receive(much.page, { type: 'input', data: 'x'.repeat(21) });
  await vi.advanceTimersByTimeAsync(1);
  expect(much.page.end).toMatchObject({ reason: 'misused' });
  isGone(much);
});

test('a shell that writes without end waits for its page, and is ended at the limit', async () => {
  const opened = sessionWith({ outputBytesMax: 1_000 });
  const { session, shell, page } = opened;
  await session.start(page, size);
  shell.process.stream.push('y\n'.repeat(600));
  await vi.advanceTimersByTimeAsync(1);
  expect(page.end).toMatchObject({ reason: 'output' });
  isGone(opened);
});

test('what keeps it from starting is told as a sentence, and is logged', async () => {
  const busy = new StagecraftError('too_many', 'All places for terminals are taken.');
  const { session, page, onGone, onFault } = sessionWith({}, () => Promise.reject(busy));
  await session.start(page, size);
  expect(page.end).toEqual({ type: 'end', reason: 'failed', message: busy.message });
  expect(onGone).toHaveBeenCalledTimes(1);
  expect(onFault).toHaveBeenCalledWith(busy);
});

test('one that was ended while it started leaves nothing', async () => {
  const starting = Promise.withResolvers<ShellProcess>();
  const opened = sessionWith({}, () => starting.promise);
  const started = opened.session.start(opened.page, size);
  const ended = opened.session.end({ reason: 'shutdown' });
  expect(opened.page.end).toMatchObject({ reason: 'shutdown' });
  starting.resolve(opened.shell.process);
  await Promise.all([started, ended]);
  isGone(opened);
});

test('it ends once: the first reason counts', async () => {
  const opened = sessionWith();
  await opened.session.start(opened.page, size);
  await Promise.all([opened.session.end({ reason: 'ended' }), opened.session.end({ reason: 'shutdown' })]);
  expect(opened.page.told.filter(({ type }) => type === 'end')).toEqual([{ type: 'end', reason: 'ended' }]);
  isGone(opened);
});
