/**
 * Who may ask, and what browsers are told.
 *
 * Absent on purpose: CORS (other sites have no business here), HSTS (localhost has no TLS; a proxy that has adds it),
 * script and style rules (Astro writes them into the pages, with hashes).
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';

export const securityHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: { frameAncestors: ["'none'"], baseUri: ["'self'"], objectSrc: ["'none'"] },
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
  referrerPolicy: 'same-origin',
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [], displayCapture: [] },
});

/** What is one learner's own stays out of every cache, unless a route says otherwise. */
export const keepPrivate: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'private, no-store');
};

function hostNameOf(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.toLowerCase();
  } catch {
    return undefined;
  }
}

/**
 * Keeps out pages that got to us by rebinding a name of theirs to our address. That needs a name: an IP address in the
 * Host header can't have been rebound.
 */
export function knownHostsOnly(own: { host: string; allowedHosts: string[] }): MiddlewareHandler {
  const known = new Set(['localhost', own.host.toLowerCase(), hostname().toLowerCase(), ...own.allowedHosts]);
  return async (c, next) => {
    const name = hostNameOf(c.req.header('Host') ?? new URL(c.req.url).host);
    const bare = name?.replace(/^\[(.*)\]$/, '$1') ?? '';
    if (!known.has(bare) && !bare.endsWith('.localhost') && isIP(bare) === 0) {
      throw new StagecraftError(
        'not_permitted',
        `This server does not answer to the host name ${JSON.stringify(bare.slice(0, 100))}. If it is meant to, add it to STAGECRAFT_HOSTS and start again.`,
      );
    }
    await next();
  };
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Browsers say where a request comes from; other clients do not, and have no cookies to be abused. */
export const sameOriginOnly: MiddlewareHandler = async (c, next) => {
  if (!safeMethods.has(c.req.method)) {
    const origin = c.req.header('Origin');
    const site = c.req.header('Sec-Fetch-Site');
    const host = c.req.header('Host') ?? new URL(c.req.url).host;
    const foreignOrigin = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
    if (foreignOrigin || site === 'cross-site' || site === 'same-site') {
      throw new StagecraftError(
        'not_permitted',
        'Only pages of this server may change something here; this request came from another site.',
      );
    }
  }
  await next();
};

/**
 * A socket is opened by a GET, that browsers let any site send with our cookies: only a page of this server may. Clients
 * that are no browsers say an origin too, when they mean it.
 */
export const sameOriginSocket: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header('Origin');
  const host = c.req.header('Host') ?? new URL(c.req.url).host;
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== host) {
    throw new StagecraftError(
      'not_permitted',
      'Only pages of this server may open a terminal; this request came from another site, or did not say from where.',
    );
  }
  await next();
};

/** For routes that read a body; the others leave it unread. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: limits.api.bodyBytesMax,
  onError: (c) => {
    // The rest of the body is not read, so the connection can't be used again.
    c.header('Connection', 'close');
    throw new StagecraftError(
      'too_large',
      `The request is larger than ${limits.api.bodyBytesMax / 1024} KB. A submission is the text of a Dockerfile and of a .dockerignore, nothing else.`,
    );
  },
});

/** Says what is wrong with a body that is not JSON, before anything else looks at it. */
export const jsonBodyOnly: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim() ?? '';
  const expected = 'The body must be JSON like {"exercise": "…", "dockerfile": "…"}';
  if (type !== 'application/json') {
    throw new StagecraftError(
      'bad_input',
      `${expected}, sent as application/json; the Content-Type is ${type ? JSON.stringify(type.slice(0, 100)) : 'missing'}.`,
    );
  }
  const text = await c.req.text();
  try {
    JSON.parse(text);
  } catch (cause) {
    const found = text === '' ? 'it is empty' : `it is not: ${(cause as Error).message.slice(0, 200)}`;
    throw new StagecraftError('bad_input', `${expected}; ${found}.`, { cause });
  }
  await next();
};
