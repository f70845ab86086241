/** Without a grader: `dist/` on a plain web server, and the same site built for a path that it shares a host with. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { type PlainServer, servePlainly } from './plain-server.ts';

const project = resolve(import.meta.dirname, '..');

test('on a plain web server everything can be read, searched and answered, and it says how to get a grader', async ({
  page,
}) => {
  const server = await servePlainly(join(project, 'dist'));
  const base = server.address;
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
  await server.close();
});

test.describe('below a path of a shared host', () => {
  const below = '/courses/stagecraft';
  let folder: string;
  let server: PlainServer;

  test.beforeAll(async () => {
    test.setTimeout(900_000);
    folder = await mkdtemp(join(tmpdir(), 'stagecraft-below-'));
    // As `npm run build -- --base …` does, but beside the site that the other tests look at.
    const astro = join(project, 'node_modules', 'astro', 'bin', 'astro.mjs');
    await promisify(execFile)(process.execPath, [astro, 'build', '--base', below, '--outDir', folder], {
      cwd: project,
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
      maxBuffer: 16_000_000,
    });
    server = await servePlainly(folder, below);
  });

  test.afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('every address in every page leads to a file of the site', async () => {
    const pages = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.html'));
    const addresses = new Set<string>();
    for (const name of pages) {
      const html = await readFile(join(folder, name), 'utf8');
      for (const [, address = ''] of html.matchAll(/\s(?:href|src|component-url|renderer-url)="(\/[^"]*)"/g)) {
        addresses.add(address.replace(/[?#].*$/, ''));
      }
    }
    expect(addresses.size).toBeGreaterThan(pages.length);
    // GitHub Pages would leave `_astro/` out.
    addresses.add(`${below}/.nojekyll`);
    const broken: string[] = [];
    for (const address of addresses) {
      const path = join(folder, address.slice(below.length));
      const file = address.endsWith('/') ? join(path, 'index.html') : path;
      const found = address.startsWith(`${below}/`) && (await stat(file).catch(() => undefined))?.isFile() === true;
      if (!found) broken.push(address);
    }
    expect(broken).toEqual([]);
  });

  test('it is read, searched and tried out, and asks for nothing beside that path', async ({ page }) => {
    const consoleIsClean = watchConsole(page);
    const beside: string[] = [];
    page.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      if (protocol === 'http:' && !pathname.startsWith(`${below}/`)) beside.push(pathname);
    });
    await page.goto(`${server.address}${below}/`);
    await page.getByRole('link', { name: 'Start with lesson 1' }).click();
    await expect(page.getByRole('button', { name: 'Reading only' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Course', exact: true }).first()).toHaveAttribute(
      'aria-current',
      'true',
    );
    await page.getByLabel('Colours').selectOption('dark');

    await page.locator('.lesson-body a.term').first().click();
    await expect(page).toHaveURL(new RegExp(`${below}/glossary/#[\\w-]+$`));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.goBack();

    await page.locator('.lesson-end a[href*="/exercises/"]').first().click();
    await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
    await page.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText('\nCOPY --from=nowhere /a /b\n');
    // The worker read it; its own page explains the rule.
    await expect(page.locator('.remark a[href*="/checks/"]').first()).toHaveAttribute(
      'href',
      new RegExp(`^${below}/checks/`),
    );

    await page.keyboard.press('Escape');
    await page.goto(`${server.address}${below}/search/?q=distroless`);
    const first = page.locator('.search-results a').first();
    await expect(first).toBeVisible({ timeout: 60_000 });
    await first.click();
    await expect(page).toHaveURL(new RegExp(`${below}/(lessons|checks|errors|glossary)/`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

    expect(beside).toEqual([]);
    consoleIsClean();
  });
});
