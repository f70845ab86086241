/** The site around the exercises: search, progress, print, and what a page that is not there offers. */
import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';

const lesson = '/lessons/02-two-stages/';
/** The search fetches its program and its index when it is opened; a busy machine takes its time. */
const searchMs = 60_000;

/** The script that listens for keys comes after the page; until it is there, a key is just a key. */
async function openSearch(page: Page, key: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(page.locator('dialog.search-dialog')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('searchbox')).toBeFocused();
}

test('the search opens by a key, finds a lesson, and leads there without a mouse', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto('/course/');
  await page.waitForLoadState('networkidle');
  expect(
    fetched.filter((path) => path.startsWith('/pagefind/')),
    'nothing of the search before it is opened',
  ).toEqual([]);
  await openSearch(page, '/');
  await page.keyboard.type('two stages border');
  const first = page.locator('.search-results > li > a').first();
  await expect(first).toContainText('Two stages', { timeout: searchMs });
  await expect(page.locator('.search-status')).toContainText(/page/);
  await page.keyboard.press('ArrowDown');
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(lesson));
  await openSearch(page, 'ControlOrMeta+k');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog.search-dialog')).toBeHidden();
  consoleIsClean();
});

for (const [words, title] of [
  ['tsc not found', 'The compiler is not in this stage'],
  ['layers size image', 'The size of the image'],
  ['musl', 'Glossary'],
] as const) {
  test(`the page of the search finds "${words}"`, async ({ page }) => {
    await page.goto(`/search/?q=${encodeURIComponent(words)}`);
    await expect(page.locator('.search-title', { hasText: title }).first()).toBeVisible({ timeout: searchMs });
  });
}

test('progress survives a reload, is saved as a file, and can be loaded elsewhere', async ({
  page,
  browser,
  baseURL,
}) => {
  const consoleIsClean = watchConsole(page);
  await page.goto(lesson);
  await page.getByLabel('I have read this lesson').check();
  await page.locator('.check-up [data-right]').first().check();
  await page.reload();
  await expect(page.getByLabel('I have read this lesson')).toBeChecked();
  await page.goto('/course/');
  await expect(page.locator('.progress')).toContainText(/1 of \d+ lessons read/);
  await expect(page.locator('.progress')).toContainText(/1 of \d+ questions right/);
  await expect(
    page.locator('.course-lesson', { hasText: 'Two stages' }).first().locator('.mark-passed').first(),
  ).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  const file = await (await download).path();
  consoleIsClean();

  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await other.goto('/course/');
  const input = other.locator('input[type="file"]');
  await expect(other.locator('.progress')).toContainText(/0 of \d+ lessons read/);
  await input.setInputFiles({
    name: 'notes.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"lessons": 23}'),
  });
  await expect(other.locator('.progress [role="status"]')).toContainText('nothing was changed');
  await expect(other.locator('.progress')).toContainText(/0 of \d+ lessons read/);
  await input.setInputFiles(file);
  await expect(other.locator('.progress')).toContainText(/1 of \d+ lessons read/);
  await other.getByRole('button', { name: 'Forget it' }).click();
  await expect(other.locator('.progress')).toContainText(/0 of \d+ lessons read/);
  await other.getByRole('button', { name: 'Undo' }).click();
  await expect(other.locator('.progress')).toContainText(/1 of \d+ lessons read/);
  await context.close();
});

test('where storage is forbidden, progress works for the page and says that it is not kept', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  await page.goto(lesson);
  await page.getByLabel('I have read this lesson').check();
  await expect(page.getByText('This browser forbids storage')).toBeVisible();
  await page.goto('/course/');
  await expect(page.locator('.progress')).toContainText('This browser forbids storage');
  consoleIsClean();
});

test('on paper there is the lesson and nothing to press', async ({ page }) => {
  await page.goto(lesson);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('pre.astro-code').first()).toBeVisible();
  for (const gone of ['.site-header', '.site-footer', '.lesson-sections', '.lesson-end', '.skip-link']) {
    await expect(page.locator(gone)).toBeHidden();
  }
});

test('an address with a slip in it leads to the page that was meant', async ({ page }) => {
  await page.goto('/lessons/02-two-stags/');
  await page.locator('.meant').getByRole('link', { name: 'Two stages', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(lesson));
});
