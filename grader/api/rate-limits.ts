/** How often one address may ask. Kept in memory: a restart forgives. What a learner may submit is counted in the store. */
import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { StagecraftError } from '../errors.ts';

interface Rate {
  points: number;
  minutes: number;
  /** In the plural: `requests`. */
  what: string;
  /** A sentence on what else would help. */
  advice?: string;
}

/** Counts one for the address that asks. Rejects with `too_many`, and says when to come back, where that is too many. */
export function countPerAddress({ points, minutes, what, advice }: Rate): (c: Context) => Promise<void> {
  const limiter = new RateLimiterMemory({ points, duration: minutes * 60 });
  const time = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return async (c) => {
    try {
      await limiter.consume(c.var.client.address);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      c.header('Retry-After', String(seconds));
      const message = `More than ${points} ${what} in ${time} came from your address. Wait ${waitOf(seconds)}.`;
      throw new StagecraftError('too_many', advice ? `${message} ${advice}` : message, { retryable: true });
    }
  };
}

const waitOf = (seconds: number) => (seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`);

/** @param perMinute requests that one address may make in a minute */
export function limitRate(perMinute: number, what: string): MiddlewareHandler {
  const count = countPerAddress({ points: perMinute, minutes: 1, what });
  return async (c, next) => {
    await count(c);
    await next();
  };
}
