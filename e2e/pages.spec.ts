/** Every page: readable by everyone, in both themes and both widths, and without a complaint in the console. */
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { failingDockerfile, logLines, openExercise, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const themes = ['light', 'dark'] as const;
const widths = [1366, 390] as const;
/** Some hundred pages, each looked at by axe. */
const allPagesMs = 15 * 60_000;

/** The pages that the course map leads to, and those it does not. */
async function allPages(page: Page): Promise<string[]> {
  await page.goto('/course/');
  const linked = await page
    .locator('main a[href^="/lessons/"], main a[href^="/exercises/"]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  await page.goto('/checks/size/');
  const checks = await page
    .locator('main a[href^="/checks/"]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(linked.length).toBeGreaterThan(3);
  expect(checks.length).toBeGreaterThan(3);
  return [...new Set(['/', '/course/', ...linked, ...checks])];
}

async function openContext(
  browser: Browser,
  options: { theme: 'light' | 'dark'; width: number; baseURL: string | undefined },
) {
  const { theme, width, baseURL } = options;
  const viewport = { width, height: width > 800 ? 768 : 844 };
  return browser.newContext({ viewport, colorScheme: theme, hasTouch: width < 800, baseURL, reducedMotion: 'reduce' });
}

async function findViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

for (const theme of themes) {
  for (const width of widths) {
    test(`every page is accessible and quiet, ${theme} at ${width} px`, async ({ browser, baseURL }) => {
      test.setTimeout(allPagesMs);
      const context = await openContext(browser, { theme, width, baseURL });
      const page = await context.newPage();
      const consoleIsClean = watchConsole(page);
      for (const path of await allPages(page)) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (path.startsWith('/exercises/') && width > 800)
          await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
        expect.soft(await findViolations(page), `axe on ${path}`).toEqual([]);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(tooWide, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
      }
      consoleIsClean();
      await context.close();
    });

    test(`a verdict and its log are accessible, ${theme} at ${width} px`, async ({ browser, baseURL }) => {
      const context = await openContext(browser, { theme, width, baseURL });
      const page = await context.newPage();
      await openExercise(page, 'ts-two-stages');
      if (width > 800) await typeDockerfile(page, failingDockerfile);
      else {
        await page.getByRole('tab', { name: 'Editor' }).click();
        await page.getByRole('textbox', { name: /^Dockerfile/ }).fill(failingDockerfile);
        expect.soft(await findViolations(page), 'axe on the text area').toEqual([]);
      }
      await page.locator('[data-submit]').click();
      await expect(verdict(page)).toHaveText('The build failed', { timeout: verdictMs });
      expect.soft(await findViolations(page), 'axe on the verdict').toEqual([]);
      await page.getByRole('tab', { name: 'Log' }).click();
      await expect(logLines(page).first()).toBeVisible();
      expect.soft(await findViolations(page), 'axe on the log').toEqual([]);
      await context.close();
    });
  }
}

test('a page that does not exist says so and leads back', async ({ page }) => {
  const response = await page.goto('/no/such/page');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no page here');
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('link', { name: 'To the course' }).click();
  await expect(page).toHaveURL(/\/course\/$/);
});

test('the chosen theme holds on every page from the first paint on', async ({ page }) => {
  await page.goto('/');
  // On a busy machine the choice may be there before the script that hears of it.
  await expect(async () => {
    await page.getByLabel('Colours').selectOption('light');
    await page.getByLabel('Colours').selectOption('dark');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark', { timeout: 500 });
  }).toPass();
  await page.goto('/course/', { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByLabel('Colours')).toHaveValue('dark');
});

test('lessons read without JavaScript', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto('/course/');
  await page.locator('main a[href^="/lessons/"]').first().click();
  await expect(page.locator('pre.astro-code').first()).toBeVisible();
  const option = page.locator('.predict-option').first();
  await option.getByRole('radio').check();
  await expect(option.locator('.predict-verdict')).toBeVisible();
  await page.goto('/exercises/ts-two-stages/');
  await expect(page.locator('.brief .prose').first()).toContainText('Dockerfile');
  await context.close();
});

test('every internal link leads somewhere', async ({ page, request }) => {
  const seen = new Set<string>();
  for (const path of await allPages(page)) {
    await page.goto(path);
    const links = await page
      .locator('a[href^="/"]')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    for (const link of links) seen.add(link.split('#')[0] ?? link);
  }
  for (const link of seen) expect.soft((await request.get(link)).status(), link).toBe(200);
});
