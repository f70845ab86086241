import { describe, expect, it } from 'vitest';
import { pause } from '../unless-aborted.ts';
import { allTogether } from './all-together.ts';

const never = (signal: AbortSignal) => pause(1_000_000, signal);

describe('allTogether', () => {
  it('gives every result under its name', async () => {
    expect(await allTogether(() => ({ a: Promise.resolve(1), b: Promise.resolve('x') }), [])).toEqual({ a: 1, b: 'x' });
  });

  it('stops the others when one fails, waits until they have stopped, and passes on the first failure', async () => {
    const stopped: string[] = [];
    const slow = async (name: string, signal: AbortSignal) => {
      try {
        await never(signal);
      } finally {
        stopped.push(name);
      }
    };
    const failing = Promise.reject(new Error('first'));
    await expect(
      allTogether((signal) => ({ a: slow('a', signal), b: failing, c: slow('c', signal) }), []),
    ).rejects.toThrow('first');
    expect(stopped).toEqual(['a', 'c']);
  });

  it("ends with the caller's reason", async () => {
    const cancel = new AbortController();
    const running = allTogether((signal) => ({ a: never(signal), b: never(signal) }), [cancel.signal]);
    cancel.abort(new Error('the learner left'));
    await expect(running).rejects.toThrow('the learner left');
  });
});
