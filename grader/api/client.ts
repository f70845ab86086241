/** Who is at the other end of a connection, as far as limits and cookies have to know. */
import { isIPv6 } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { expandIPv6 } from 'hono/utils/ipaddr';

export interface Client {
  /** Of IPv6 the network of 64 bits: one machine has all addresses in it. */
  address: string;
  scheme: 'http' | 'https';
}

declare module 'hono' {
  interface ContextVariableMap {
    client: Client;
  }
}

/**
 * Tells every route who asks.
 * @param trustProxy whether a reverse proxy stands before this server and says for whom it asks; without one, anybody
 *   could say so, and the headers are not read
 */
export function knowClient({ trustProxy }: { trustProxy: boolean }): MiddlewareHandler {
  return async (c, next) => {
    const forwarded = (header: string) => (trustProxy ? lastOf(c.req.header(header)) : undefined);
    const address = forwarded('X-Forwarded-For') ?? connectedFrom(c);
    const scheme = forwarded('X-Forwarded-Proto') ?? new URL(c.req.url).protocol.slice(0, -1);
    c.set('client', { address: networkOf(address), scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http' });
    await next();
  };
}

/** What the proxy itself added; all before it may be the client's own invention. */
function lastOf(header: string | undefined): string | undefined {
  return header?.split(',').at(-1)?.trim() || undefined;
}

function connectedFrom(c: Context): string {
  // Without a connection (`app.request` in tests) there is no address.
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

const networkGroups = 4;

function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIPv6(bare) ? expandIPv6(bare).split(':').slice(0, networkGroups).join(':') : bare;
}
