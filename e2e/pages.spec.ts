/** Every page: readable by everyone, in both themes and both widths, and without a complaint in the console. */
import { AxeBuilder } from '@axe-core/playwright';
import { type APIRequestContext, type Browser, expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { failingDockerfile, logLines, openExercise, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const themes = ['light', 'dark'] as const;
const widths = [1366, 390] as const;
/** Some hundred and twenty pages, each looked at by axe: against one that hangs, not against a busy machine. */
const allPagesMs = 40 * 60_000;
/** How many pages are looked at side by side: they share no state, and axe keeps one processor busy. */
const lanes = 2;

/** What a theme can change, and what a width can; all else is asked once. Exercises are built differently on a phone. */
const themeRules = ['color-contrast', 'link-in-text-block'];
const widthRules = ['target-size', 'scrollable-region-focusable', 'meta-viewport', 'css-orientation-lock'];

/** By folder, the fewest pages that it must have: a list that lost its links would pass every test. */
const fewest = { lessons: 20, exercises: 40, checks: 25, errors: 14 };

/** The pages that the course and the reference lead to, and those that stand alone. */
async function allPages(request: APIRequestContext): Promise<string[]> {
  const lists = ['/course/', '/checks/', '/errors/'];
  const texts = await Promise.all(lists.map(async (list) => (await request.get(list)).text()));
  const linked = texts.flatMap((text) =>
    [...text.matchAll(/href="(\/(?:lessons|exercises|checks|errors)\/[^"#?]+)"/g)].map(([, href = '']) => href),
  );
  const pages = [
    ...new Set([...['/', '/reference/', '/glossary/', '/keyboard/', '/search/', '/grader/'], ...lists, ...linked]),
  ];
  for (const [folder, count] of Object.entries(fewest)) {
    expect(pages.filter((page) => page.startsWith(`/${folder}/`)).length, folder).toBeGreaterThanOrEqual(count);
  }
  return pages;
}

async function openContext(
  browser: Browser,
  options: { theme: 'light' | 'dark'; width: number; baseURL: string | undefined },
) {
  const { theme, width, baseURL } = options;
  const viewport = { width, height: width > 800 ? 768 : 844 };
  return browser.newContext({ viewport, colorScheme: theme, hasTouch: width < 800, baseURL, reducedMotion: 'reduce' });
}

async function findViolations(page: Page, rules?: string[]): Promise<string[]> {
  // No page has frames, so axe need not open a page of its own to put their results together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

/** Loads a page once, and looks at it in both themes. */
async function lookAt(page: Page, path: string, width: number): Promise<void> {
  const isExercise = path.startsWith('/exercises/');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  if (isExercise && width > 800) await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
  const everything = width > 800 || isExercise;
  const found = await findViolations(page, everything ? undefined : widthRules);
  expect.soft(found, `axe on ${path}, light at ${width} px`).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(tooWide, `${path} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
  if (!everything) return;
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.soft(await findViolations(page, themeRules), `axe on ${path}, dark at ${width} px`).toEqual([]);
}

for (const width of widths) {
  test(`every page is accessible and quiet in both themes, at ${width} px`, async ({ browser, baseURL, request }) => {
    test.setTimeout(allPagesMs);
    const pages = await allPages(request);
    const inLane = async () => {
      const context = await openContext(browser, { theme: 'light', width, baseURL });
      const page = await context.newPage();
      const consoleIsClean = watchConsole(page);
      for (let path = pages.pop(); path !== undefined; path = pages.pop()) await lookAt(page, path, width);
      consoleIsClean();
      await context.close();
    };
    await Promise.all(Array.from({ length: lanes }, inLane));
  });
}

for (const theme of themes) {
  for (const width of widths) {
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

test('a theme, chosen before any script file has come, holds on every page from the first paint on', async ({
  page,
}) => {
  await page.route('**/*.js', (route) => route.abort());
  await page.goto('/');
  await page.getByLabel('Colours').selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.unroute('**/*.js');
  await page.goto('/course/', { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByLabel('Colours')).toHaveValue('dark');
  await page.getByLabel('Colours').selectOption('system');
  await page.reload();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
  await expect(page.getByLabel('Colours')).toHaveValue('system');
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

test('every internal link leads somewhere, also to its place on the page', async ({ request }) => {
  const texts = new Map<string, string>();
  const textOf = async (path: string) => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const response = await request.get(path);
    expect.soft(response.status(), path).toBe(200);
    texts.set(path, await response.text());
    return texts.get(path) ?? '';
  };
  const links = new Map<string, string>();
  for (const path of await allPages(request)) {
    for (const [, href = ''] of (await textOf(path)).matchAll(/<a\s[^>]*?\bhref="((?:\/|#)[^"]*)"/g)) {
      const target = new URL(href, `http://site.test${path}`);
      links.set(target.pathname + decodeURIComponent(target.hash), path);
    }
  }
  for (const [link, from] of links) {
    const [path = '', anchor = ''] = link.split('#');
    const text = await textOf(path);
    if (anchor !== '') expect.soft(text.includes(`id="${anchor}"`), `${link}, linked on ${from}`).toBe(true);
  }
});
