/** How often one address may ask. Kept in memory: a restart forgives. What a learner may submit is counted in the store. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { StagecraftError } from '../errors.ts';

function addressOf(c: Context): string {
  // Without a connection (`app.request` in tests) there is no address.
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

/** @param perMinute requests that one address may make in a minute */
export function limitRate(perMinute: number, what: string): MiddlewareHandler {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (c, next) => {
    try {
      await limiter.consume(addressOf(c));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      c.header('Retry-After', String(seconds));
      throw new StagecraftError(
        'too_many',
        `More than ${perMinute} ${what} in a minute came from your address. Wait ${seconds} s.`,
        { retryable: true },
      );
    }
    await next();
  };
}
