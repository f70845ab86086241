/** What a learner does on an exercise page, on the real grader. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import {
  check,
  errorLine,
  exerciseFile,
  failingDockerfile,
  focusEditor,
  logLines,
  openExercise,
  shownText,
  typeDockerfile,
  verdict,
  verdictMs,
} from './workbench.ts';

const slug = 'ts-two-stages';
/** Builds for as long as a test needs to look at it; never from the cache, and not in vain: the last stage needs it. */
const slowDockerfile = (seconds: number) => `FROM node:20 AS build
RUN echo begun ${Date.now()} && sleep ${seconds} && echo done > /done

FROM node:20-slim
COPY --from=build /done /done
CMD ["node"]
`;

test('from lesson 1 to a verdict, building with the keyboard', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Start with lesson 1' }).click();
  await page.locator('.exercise-card a').first().click();
  await expect(page.locator('[data-submit]')).toBeVisible();
  await focusEditor(page);
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('# edited\n');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByRole('tab', { name: 'Log' })).toHaveAttribute('aria-selected', 'true');
  await expect(logLines(page).first()).toBeVisible({ timeout: verdictMs });
  // The starter is meant to fail; what counts is that every check was judged and explains itself.
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  await expect(page.getByRole('tab', { name: 'Verdict' })).toHaveAttribute('aria-selected', 'true');
  const failed = page.locator('details.check[data-status="failed"]').first();
  await expect(failed).toHaveAttribute('open', '');
  await expect(failed.getByText('Expected')).toBeVisible();
  await expect(page.locator('details.check[data-status="waiting"]')).toHaveCount(0);
  consoleIsClean();
});

test('the solution passes, draws its size and earns the rest of the page', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, exerciseFile(slug, 'solution/Dockerfile'));
  await expect(page.locator('#after')).toBeHidden();
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('Passed', { timeout: verdictMs });
  await expect(check(page, 'small').locator('.size-bar')).toBeVisible();
  // What is earned can be compared with: its text, and the image that it builds.
  await page.locator('select.compare-menu').selectOption('solution');
  await expect(page.getByRole('region', { name: 'Dockerfile: the solution against yours' })).toBeVisible();
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  await page.getByRole('tab', { name: 'Layers' }).click();
  await page.getByRole('combobox', { name: 'Compare the image with' }).selectOption('The solution');
  // Built at another time, a log of npm may differ in it: the layers are the same, their sizes nearly.
  const layers = page.getByRole('table', { name: 'Layer by layer' });
  await expect(layers.locator('tr[data-kind="same"]')).not.toHaveCount(0, { timeout: verdictMs });
  await expect(layers.locator('tr:is([data-kind="came"], [data-kind="went"])')).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.getByRole('tab', { name: 'Verdict' }).click();
  await page.getByRole('button', { name: 'Read on: what changed' }).click();
  await expect(page.locator('#after')).toBeFocused();
  await expect(page.locator('#after')).toContainText('What production would still add');
  // No exercise here has a limit that is a share of its starter: the real answer, with such a check in it.
  await page.route(/\/api\/submissions\/[0-9a-f-]{36}$/, async (route) => {
    const response = await route.fetch();
    const submission = await response.json();
    const small = submission.report?.checks.find(({ id }: { id: string }) => id === 'small');
    if (small) small.expected = "The image is at most 25 % of the starter's size.";
    if (small) small.sizes = { maxBytes: 261_000_000, starterBytes: 1_044_000_000 };
    await route.fulfill({ response, json: submission });
  });
  await page.reload();
  const bar = check(page, 'small').locator('.size-bar');
  await expect(bar).toContainText(/261\sMB allowed/);
  await expect(bar).toContainText(/1\.04\sGB starter/);
  // The page asks again when the last event has come: not while the test ends.
  await page.unrouteAll({ behavior: 'wait' });
});

test('a build that fails points at its line, in the verdict and in the editor', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, failingDockerfile);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(verdict(page)).toHaveText('The build failed', { timeout: verdictMs });
  await expect.poll(() => errorLine(page)).toBe(4);
  await page.locator('.build-error').getByRole('button', { name: 'Line 4' }).click();
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('4');
  // One failure does not hide the others: checks of the text are judged all the same.
  await expect(check(page, 'two-stages')).toHaveAttribute('data-status', 'passed');
  await expect(check(page, 'small')).toHaveAttribute('data-status', 'skipped');
});

test('a build can be cancelled, and another one sent', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, slowDockerfile(60));
  await page.locator('[data-submit]').click();
  await expect(logLines(page).filter({ hasText: 'begun' }).first()).toBeVisible({ timeout: verdictMs });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(verdict(page)).toHaveText('Cancelled');
  await expect(page.locator('[data-submit]')).toHaveAttribute('aria-disabled', 'false');
});

test('a reload in the middle of a build loses neither the log nor the verdict nor the text', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, slowDockerfile(45));
  await page.locator('[data-submit]').click();
  await expect(logLines(page).filter({ hasText: 'begun' }).first()).toBeVisible({ timeout: verdictMs });
  await page.reload();
  await expect(logLines(page).filter({ hasText: 'begun' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await expect.poll(() => shownText(page)).toContain('sleep 45');
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  await page.reload();
  await expect(verdict(page)).toHaveText('Not yet');
});

test('a lost connection is said, and the log goes on where it was', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, slowDockerfile(10));
  await page.route('**/api/submissions/*/events**', (route) => route.abort());
  await page.locator('[data-submit]').click();
  await expect(page.locator('.progress-text')).toContainText('Connection lost');
  await page.unroute('**/api/submissions/*/events**');
  await expect(logLines(page).filter({ hasText: 'begun' })).not.toHaveCount(0, { timeout: verdictMs });
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
});

test('a draft survives a reload, and the starter can be had back and given up again', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, 'FROM node:20\n# my own words\n');
  await expect(page.getByText('Draft kept', { exact: true })).toBeVisible();
  await page.reload();
  await expect.poll(() => shownText(page)).toContain('# my own words');
  await page.getByRole('button', { name: /^Reset/ }).click();
  await expect.poll(() => shownText(page)).toContain('RUN npm install');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect.poll(() => shownText(page)).toContain('# my own words');
});

test('where storage is forbidden the page works and says what is not kept', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  await openExercise(page, slug);
  await typeDockerfile(page, 'FROM node:20\n');
  await expect(page.getByText('This browser forbids storage')).toBeVisible();
  consoleIsClean();
});

test('the page can be used without a mouse', async ({ page }) => {
  await openExercise(page, slug);
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('F6');
  await expect(page.locator('.room-brief')).toBeFocused();
  await page.keyboard.press('F6');
  await expect(page.locator('.room-editor')).toBeFocused();
  await focusEditor(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: /^Dockerfile/ })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: /^\.dockerignore/ })).toBeFocused();
  const divider = page.getByRole('separator').first();
  const before = Number(await divider.getAttribute('aria-valuenow'));
  await divider.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', String(before + 2));
  await page.reload();
  await expect(page.getByRole('separator').first()).toHaveAttribute('aria-valuenow', String(before + 2));
});

test('log, verdict and action are on screen together at 1366 × 768', async ({ page }) => {
  await openExercise(page, slug);
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await expect(page.locator('[data-submit]')).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('tab', { name: 'Verdict' })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('tab', { name: 'Log' })).toBeInViewport({ ratio: 1 });
  await expect(page.locator('details.check').first()).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
});

test('on a phone: a text area, rooms as tabs, and the same verdict', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, baseURL });
  const page = await context.newPage();
  const consoleIsClean = watchConsole(page);
  await openExercise(page, slug);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('textbox', { name: /^Dockerfile/ }).fill('FROM node:20\nRUN nope\n');
  await expect(page.locator('[data-submit]')).toBeInViewport({ ratio: 1 });
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('The build failed', { timeout: verdictMs });
  await page.locator('.build-error').getByRole('button', { name: 'Line 2' }).click();
  await expect(page.getByRole('textbox', { name: /^Dockerfile/ })).toBeFocused();
  await expect(page.locator('.monaco-editor')).toHaveCount(0);
  consoleIsClean();
  await context.close();
});
