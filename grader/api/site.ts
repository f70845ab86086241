/** The built site's files. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { ApiDeps } from './deps.ts';

const notBuilt = 'The site is not built: run `npm run build`, then start again. The API is at /api.';

/** Astro puts a hash of the content into the names below `/_astro/`, so what is there never changes. */
const setCaching: MiddlewareHandler = async (c, next) => {
  const immutable = c.req.path.startsWith('/_astro/');
  c.header('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  await next();
};

export function siteRoutes({ settings }: Pick<ApiDeps, 'settings'>) {
  const { siteDir } = settings;
  const site = new Hono();
  site.use(compress(), setCaching);
  if (existsSync(siteDir)) site.use(serveStatic({ root: siteDir }));
  site.all('*', async (c) => {
    if (!existsSync(siteDir)) return c.text(notBuilt, 404);
    const page = await readFile(join(siteDir, '404.html'), 'utf8').catch(() => undefined);
    c.header('Cache-Control', 'no-cache');
    return page === undefined ? c.text(`There is no page at ${c.req.path}.`, 404) : c.html(page, 404);
  });
  return site;
}
