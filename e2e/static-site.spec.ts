/** Without a grader: `dist/` on a web server that knows nothing but files, as any static host is. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { expect, test } from '@playwright/test';
import { watchConsole } from './console.ts';

const dist = resolve(import.meta.dirname, '..', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

let server: Server;
let base: string;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const path = join(dist, decodeURIComponent(new URL(request.url ?? '/', 'http://static.test').pathname));
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
    const found = (file === dist || file.startsWith(dist + sep)) && existsSync(file);
    const sent = found ? file : join(dist, '404.html');
    response.writeHead(found ? 200 : 404, { 'content-type': types[extname(sent)] ?? 'application/octet-stream' });
    createReadStream(sent).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('on a plain web server everything can be read, searched and answered, and it says how to get a grader', async ({
  page,
}) => {
  const consoleIsClean = watchConsole(page);
  await page.goto(`${base}/`);
  await page.getByRole('link', { name: 'Start with lesson 1' }).click();
  await expect(page.getByRole('button', { name: 'Reading only' })).toBeVisible();
  const option = page.locator('.check-up .predict-option').first();
  await option.locator('input').check();
  await expect(option.locator('.predict-verdict')).toBeVisible();

  await page.locator('.lesson-end a[href^="/exercises/"]').first().click();
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('\n# my own words\n');
  await expect(page.getByText('Draft kept', { exact: true })).toBeVisible();
  await expect(page.locator('[data-submit]')).toHaveAttribute('aria-disabled', 'true');
  await page.reload();
  await expect(page.locator('.monaco-editor')).toContainText('my own words');
  await page.locator('.action-bar').getByRole('link', { name: 'How to get a grader' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How to get a grader');

  await page.goto(`${base}/search/?q=distroless`);
  // It fetches its program and its index first.
  await expect(page.locator('.search-title').first()).toBeVisible({ timeout: 60_000 });
  for (const path of ['/course/', '/reference/', '/checks/size/', '/errors/file-not-found/', '/glossary/#layer']) {
    await page.goto(`${base}${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  consoleIsClean();
});
