import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApi } from './app.ts';
import { testDeps } from './testing.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagecraft-site-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function site() {
  await mkdir(join(dir, 'dist/_astro'), { recursive: true });
  await writeFile(join(dir, 'secret.txt'), 'not for the site');
  await writeFile(join(dir, 'dist/index.html'), '<h1>Home</h1>');
  await writeFile(join(dir, 'dist/404.html'), '<h1>Not here</h1>');
  await writeFile(join(dir, 'dist/_astro/app.B4x.js'), `// ${'long '.repeat(500)}`);
  return createApi(
    testDeps({ settings: { siteDir: join(dir, 'dist'), host: '127.0.0.1', allowedHosts: [], trustProxy: false } }),
  );
}

test('pages are checked anew, hashed assets are kept for ever and compressed', async () => {
  const api = await site();
  const page = await api.request('/');
  expect(page.headers.get('Content-Type')).toContain('text/html');
  expect(page.headers.get('Cache-Control')).toBe('no-cache');
  const asset = await api.request('/_astro/app.B4x.js', { headers: { 'Accept-Encoding': 'gzip' } });
  expect(asset.headers.get('Content-Type')).toContain('text/javascript');
  expect(asset.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('Content-Encoding')).toBe('gzip');
});

test("a page that does not exist is the site's own 404 page", async () => {
  const response = await (await site()).request('/lessons/nope/');
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('<h1>Not here</h1>');
});

test("no path leads out of the site's folder", async () => {
  const api = await site();
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/_astro/../../secret.txt',
    '/..\\secret.txt',
    '//etc/passwd',
  ]) {
    const response = await api.request(`http://localhost${path}`);
    expect(await response.text()).not.toContain('not for the site');
  }
});

test('without a built site there is a sentence, and once it is built it is served', async () => {
  const siteDir = join(dir, 'dist');
  const api = createApi(testDeps({ settings: { siteDir, host: '127.0.0.1', allowedHosts: [], trustProxy: false } }));
  const before = await api.request('/');
  expect(before.status).toBe(503);
  expect(await before.text()).toContain('npm run build');
  await mkdir(siteDir);
  await writeFile(join(siteDir, 'index.html'), '<h1>Home</h1>');
  expect(await (await api.request('/')).text()).toBe('<h1>Home</h1>');
});
