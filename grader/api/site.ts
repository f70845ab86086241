/** The built site's files. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { ApiDeps } from './deps.ts';

const notBuilt =
  'The site is not built yet. If it is not being built just now, run `npm run build`. The API is at /api.';

/** Astro puts a hash of the content into the names below `/_astro/`, so what is there never changes. */
const setCaching: MiddlewareHandler = async (c, next) => {
  const immutable = c.req.path.startsWith('/_astro/');
  c.header('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  await next();
};

/** `serveStatic` complains about a folder that is not there, and the site may be built while we already answer. */
function serveOnceBuilt(siteDir: string): MiddlewareHandler {
  let serveFile: MiddlewareHandler | undefined;
  return async (c, next) => {
    if (!serveFile && existsSync(siteDir)) serveFile = serveStatic({ root: siteDir });
    return serveFile ? serveFile(c, next) : next();
  };
}

export function siteRoutes({ settings }: Pick<ApiDeps, 'settings'>) {
  const { siteDir } = settings;
  const site = new Hono();
  site.use(compress(), setCaching, serveOnceBuilt(siteDir));
  site.all('*', async (c) => {
    const page = await readFile(join(siteDir, '404.html'), 'utf8').catch(() => undefined);
    c.header('Cache-Control', 'no-cache');
    if (page !== undefined) return c.html(page, 404);
    return existsSync(siteDir) ? c.text(`There is no page at ${c.req.path}.`, 404) : c.text(notBuilt, 503);
  });
  return site;
}
