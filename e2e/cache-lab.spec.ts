/** The cache lab: predict what an edit costs, have it built again on the real engine, compare. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { exerciseFile, openExercise, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const slug = 'secret-mount';
/** Of the solution: what an edit of src/server.js does with each line. */
const lines = { everything: 3, unlock: 5, manifest: 9, source: 10, charts: 11 };

/** A first build of its own, so that the time of its steps is known, and a rebuild that lasts until it is seen. */
const solution = () =>
  exerciseFile(slug, 'solution/Dockerfile').replace(
    'npm run unlock',
    `echo ${Date.now()} && sleep 8 && npm run unlock`,
  );

const lab = (page: Page) => page.locator('.cache-lab');
const openLab = (page: Page) => page.getByRole('tab', { name: 'Cache lab' }).click();
const step = (page: Page, line: number) =>
  lab(page)
    .getByRole('group')
    .filter({ has: page.getByRole('button', { name: `Line ${line}`, exact: true }) });
const outcome = (page: Page, line: number) =>
  lab(page)
    .getByRole('list', { name: 'Step by step' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: `Line ${line}`, exact: true }) });

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).include('.cache-lab').analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

test('predict, rebuild, compare, and find it again after a reload', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  await openExercise(page, slug);
  await openLab(page);
  await expect(lab(page)).toContainText('Build an image first');
  await typeDockerfile(page, solution());
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('Passed', { timeout: verdictMs });
  await openLab(page);
  await expect(lab(page).getByRole('combobox', { name: 'File to edit' })).toHaveValue('src/server.js');
  // It says what is missing instead of not answering: by keyboard, as a click waits for it to be enabled.
  await lab(page).getByRole('button', { name: 'Edit and build again' }).press('Enter');
  await expect(lab(page).getByRole('status')).toContainText('5 steps have no prediction yet');
  for (const line of [lines.everything, lines.unlock, lines.source])
    await step(page, line).getByRole('radio', { name: 'Runs again' }).check();
  await step(page, lines.charts).getByRole('radio', { name: 'From the cache' }).check();
  expect(await violations(page)).toEqual([]);
  // A reload in the middle of predicting loses nothing.
  await page.reload();
  await openLab(page);
  await expect(lab(page).getByRole('status')).toContainText('4 of 5 predicted');
  await step(page, lines.manifest).getByRole('radio', { name: 'From the cache' }).check();
  await lab(page).getByRole('button', { name: 'Edit and build again' }).click();
  await expect(lab(page).getByRole('button', { name: 'Cancel' })).toBeVisible();
  // Nor does one while it is built.
  await page.reload();
  await openLab(page);
  await expect(lab(page)).toContainText('4 of 5 predictions came true', { timeout: verdictMs });
  await expect(outcome(page, lines.everything)).toContainText('it takes src/server.js in');
  await expect(outcome(page, lines.unlock)).toContainText('every step below it does too');
  await expect(outcome(page, lines.manifest)).toContainText('cached');
  await expect(outcome(page, lines.charts)).toContainText('on line 10 above it ran again');
  await expect(lab(page)).toContainText('The build took');
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await openLab(page);
  await expect(lab(page)).toContainText('4 of 5 predictions came true');
  await outcome(page, lines.charts).getByRole('button', { name: 'Line 11' }).click();
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('11');
  consoleIsClean();
});

test('by keyboard alone, and a rebuild can be cancelled', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, solution());
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(verdict(page)).toHaveText('Passed', { timeout: verdictMs });
  await page.getByRole('tab', { name: 'Verdict' }).focus();
  await page.keyboard.press('End');
  while ((await page.locator(':focus').textContent()) !== 'Cache lab') await page.keyboard.press('ArrowLeft');
  // Its rebuilds are asked for first; until they have come there is nothing to tab to.
  await expect(lab(page).getByRole('combobox')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(lab(page).getByRole('combobox')).toBeFocused();
  for (const line of Object.values(lines)) {
    await page.keyboard.press('Tab');
    await expect(step(page, line).getByRole('radio').first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(step(page, line).getByRole('radio', { name: 'Runs again' })).toBeChecked();
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Tab');
  await expect(lab(page).getByRole('button', { name: 'Edit and build again' })).toBeFocused();
  await page.keyboard.press('Enter');
  await lab(page).getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(lab(page)).toContainText('This rebuild was cancelled.');
  await lab(page).getByRole('button', { name: 'Try another edit' }).press('Enter');
  await expect(lab(page).getByRole('combobox')).toBeVisible();
});

test('on a phone it fits, and nothing is cut off', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, baseURL });
  const page = await context.newPage();
  await openExercise(page, slug);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('textbox', { name: /^Dockerfile/ }).fill(solution());
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('Passed', { timeout: verdictMs });
  await openLab(page);
  for (const line of Object.values(lines)) await step(page, line).getByRole('radio', { name: 'Runs again' }).check();
  const panel = page.locator('.evidence-panel', { has: lab(page) });
  const tooWide = () => panel.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(await tooWide()).toBeLessThanOrEqual(0);
  await lab(page).getByRole('button', { name: 'Edit and build again' }).click();
  await expect(lab(page)).toContainText('4 of 5 predictions came true', { timeout: verdictMs });
  expect(await tooWide()).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);
  await context.close();
});
