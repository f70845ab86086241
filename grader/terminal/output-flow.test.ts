import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutputFlow } from './output-flow.ts';

const bounds = { replayBytes: 10, windowBytes: 100, outputBytesPerSecond: 1_000, outputBytesMax: 100_000 };

/** A stream that says whether it may flow. */
class FakeStream extends EventEmitter {
  flowing = true;
  pause(): this {
    this.flowing = false;
    return this;
  }
  resume(): this {
    this.flowing = true;
    return this;
  }
  write(text: string): void {
    this.emit('data', Buffer.from(text));
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function flowOf(changes: Partial<typeof bounds> = {}) {
  const stream = new FakeStream();
  const tooMuch = vi.fn();
  const flow = new OutputFlow({ stream: stream as never, onTooMuch: tooMuch, limits: { ...bounds, ...changes } });
  const pages: string[] = [];
  const attach = (seen: number) => {
    const page = pages.push('') - 1;
    const { at, replay } = flow.attach((bytes) => {
      pages[page] += Buffer.from(bytes).toString();
    }, seen);
    replay();
    return at;
  };
  return { stream, flow, tooMuch, pages, attach };
}

test('nothing is read while no page is there', () => {
  const { stream, flow, attach } = flowOf();
  expect(stream.flowing).toBe(false);
  attach(0);
  expect(stream.flowing).toBe(true);
  flow.detach();
  expect(stream.flowing).toBe(false);
});

test('a page that comes back gets what it has not seen, byte for byte', () => {
  const { stream, flow, attach, pages } = flowOf();
  attach(0);
  stream.write('abcdef');
  flow.detach();
  stream.write('ghi');
  expect(attach(4)).toBe(4);
  expect(pages).toEqual(['abcdef', 'efghi']);
});

test('a page that has seen too little, or what was never written, begins anew with what is remembered', () => {
  const { stream, attach, pages } = flowOf();
  attach(0);
  for (const text of ['first ', 'second ', 'third']) stream.write(text);
  expect(attach(0)).toBe(6);
  expect(attach(9_999)).toBe(6);
  expect(pages.slice(1)).toEqual(['second third', 'second third']);
});

test('a shell waits while its page has not read what is on the way', () => {
  const { stream, flow, attach } = flowOf();
  attach(0);
  stream.write('x'.repeat(101));
  expect(stream.flowing).toBe(false);
  flow.ack(50);
  expect(stream.flowing).toBe(true);
  flow.ack(10_000_000);
  stream.write('x'.repeat(90));
  expect(stream.flowing, 'nobody can have read what was not yet written').toBe(true);
});

test('a shell that writes faster than is passed on waits its time', () => {
  const { stream, flow, attach } = flowOf({ windowBytes: 1_000_000 });
  attach(0);
  stream.write('x'.repeat(1_500));
  expect(stream.flowing).toBe(false);
  vi.advanceTimersByTime(499);
  expect(stream.flowing).toBe(false);
  vi.advanceTimersByTime(2);
  expect(stream.flowing).toBe(true);
  flow.close();
});

test('more than the limit is told', () => {
  const { stream, attach, tooMuch } = flowOf({ outputBytesMax: 20 });
  attach(0);
  stream.write('x'.repeat(20));
  expect(tooMuch).not.toHaveBeenCalled();
  stream.write('x');
  expect(tooMuch).toHaveBeenCalled();
});
