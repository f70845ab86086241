/** The editor as a learner uses it: what it offers, what it marks, what it mends, and what it never loses. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { exerciseFile, focusEditor, openExercise, shownText, typeDockerfile } from './workbench.ts';

const slug = 'ts-two-stages';
const withUnknownStage = `FROM node:20 AS build
WORKDIR /app
COPY . .

FROM node:20-slim
COPY --from=biuld /app /app
USER node
CMD ["node", "dist/main.js"]
`;

const problem = (page: Page, rule: string) => page.locator(`.remark[data-rule="${rule}"]`);
const suggestions = (page: Page) => page.locator('.suggest-widget.visible .monaco-list-row');
const openProblems = (page: Page) => page.getByRole('button', { name: /^Problems/ }).click();

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

test('completion offers the stages above and the tags of the catalogue', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  const catalogue = page.waitForResponse('**/api/catalogue');
  await openExercise(page, slug);
  await (await catalogue).finished();
  // The last sign is typed: what is pasted suggests nothing.
  await typeDockerfile(page, 'FROM node:20 AS build\nFROM node:20-');
  await page.keyboard.press('s');
  await expect(suggestions(page).filter({ hasText: 'node:20-slim' }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.insertText('lim\nCOPY --from');
  await page.keyboard.press('=');
  await expect(suggestions(page).first()).toContainText('build');
  await page.keyboard.press('Enter');
  await expect.poll(() => shownText(page)).toContain('COPY --from=build');
  consoleIsClean();
});

test('an unknown stage is marked while it is typed, and the quick fix mends it', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, withUnknownStage);
  await expect(page.locator('.monaco-editor .squiggly-error')).toBeVisible();
  // Also where the rules answer before the editor is there.
  await page.reload();
  await expect(page.locator('.monaco-editor .squiggly-error')).toBeVisible();
  await openProblems(page);
  const unknown = problem(page, 'unknown-stage');
  await expect(unknown).toContainText('Did you mean build?');
  await unknown.getByRole('button', { name: /^Line 6/ }).click();
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('6');
  await unknown.getByRole('button', { name: 'Change to build' }).click();
  await expect.poll(() => shownText(page)).toContain('COPY --from=build /app /app');
  await expect(unknown).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => shownText(page)).toContain('COPY --from=biuld');
});

test('the keyboard alone reaches a problem, its fix and its page', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, 'FROM node\nCMD node x.js\n');
  await page.getByRole('button', { name: /^Problems/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.locator('.remark-line').first()).toBeFocused();
  const link = problem(page, 'JSONArgsRecommended').getByRole('link');
  await expect(link).toHaveAttribute('href', '/checks/entrypoint/');
  await problem(page, 'JSONArgsRecommended').locator('.remark-fix').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => shownText(page)).toContain('CMD ["node", "x.js"]');
  expect(await violations(page)).toEqual([]);
});

test('a stage is renamed everywhere, and the file is formatted', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, 'from node:20 AS build\n\n\n\nFROM node:20-slim\nCOPY --from=build /a /b');
  // On the name of the stage in the last line.
  await page.keyboard.press('End');
  for (let step = 0; step < ' /a /b'.length + 1; step += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F2');
  const input = page.locator('.rename-box input, .rename-input').first();
  await expect(input).toBeVisible();
  await input.fill('compile');
  await page.keyboard.press('Enter');
  await expect.poll(() => shownText(page)).toContain('COPY --from=compile');
  expect(await shownText(page)).toContain('from node:20 AS compile');
  await page.keyboard.press('Shift+Alt+f');
  await expect.poll(() => shownText(page)).toMatch(/^FROM node:20 AS compile\n\nFROM node:20-slim/);
});

test('one’s own text is compared with the starter, and edited beside it', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, `${exerciseFile(slug, 'starter/Dockerfile')}# my own line\n`);
  await page.getByLabel('Compare with').selectOption('starter');
  const comparison = page.getByRole('region', { name: /the starter against yours/ });
  await expect(comparison.locator('.line-insert').first()).toBeVisible();
  await expect(comparison.locator('.line-delete')).toHaveCount(0);
  // What has to be earned can't be chosen before.
  await expect(page.locator('option[value="solution"]')).toBeDisabled();
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  await expect(comparison).toHaveCount(0);
  await expect.poll(() => shownText(page)).toContain('# my own line');
});

test('the solution is not given to somebody who asks for it by its address', async ({ request }) => {
  const answer = await request.get(`/api/exercises/${slug}/solution`);
  expect(answer.status()).toBe(403);
});

test('undo remembers across tabs of files, and the files of the app are there to read', async ({ page }) => {
  await openExercise(page, slug);
  await typeDockerfile(page, 'FROM node:20\n');
  await page.keyboard.type('# typed');
  await page.getByLabel('Files of the app').selectOption('package.json');
  await expect.poll(() => shownText(page)).toContain('"name"');
  await page.getByRole('tab', { name: /^Dockerfile/ }).click();
  await focusEditor(page);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => shownText(page)).not.toContain('# typed');
});

test('two tabs on one exercise never overwrite each other’s draft unasked', async ({ context }) => {
  const one = await context.newPage();
  const other = await context.newPage();
  await openExercise(one, slug);
  await openExercise(other, slug);
  await other.locator('.monaco-editor .view-lines').first().waitFor();
  const banner = (page: Page): Locator => page.getByText('This exercise is open in another tab');
  await typeDockerfile(one, 'FROM node:20\n# from one\n');
  await expect(banner(other)).toBeVisible();
  await typeDockerfile(other, 'FROM node:20\n# from the other\n');
  await expect(other.getByText('Not kept until you choose')).toBeVisible();
  // The first still has its own, also after a reload.
  await one.reload();
  await expect.poll(() => shownText(one)).toContain('# from one');
  await other.getByRole('button', { name: 'Keep this one' }).click();
  await expect(banner(other)).toHaveCount(0);
  await expect(banner(one)).toBeVisible();
  await one.getByRole('button', { name: 'Take the other tab’s' }).click();
  await expect.poll(() => shownText(one)).toContain('# from the other');
  await one.getByRole('button', { name: 'Go back to the draft of this tab' }).click();
  await expect.poll(() => shownText(one)).toContain('# from one');
});

test('storage that is full is said, and nothing breaks', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await openExercise(page, slug);
  await typeDockerfile(page, 'FROM node:20\n');
  await expect(page.getByText('The storage of this browser is full')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the plain editor has the same problems list, fixes and comparison', async ({ page }) => {
    await openExercise(page, slug);
    await page.getByRole('tab', { name: 'Editor' }).click();
    const area = page.locator('.plain-editor textarea');
    await area.fill(withUnknownStage);
    const unknown = problem(page, 'unknown-stage');
    await expect(unknown).toBeVisible();
    await unknown.getByRole('button', { name: /^Line 6/ }).click();
    await expect(area).toBeFocused();
    expect(await area.evaluate((element: HTMLTextAreaElement) => element.selectionStart)).toBe(
      withUnknownStage.indexOf('COPY --from'),
    );
    await unknown.getByRole('button', { name: 'Change to build' }).click();
    await expect(area).toHaveValue(withUnknownStage.replace('biuld', 'build'));
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Compare with').selectOption('starter');
    await expect(page.locator('.text-diff li[data-kind="added"]').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close the comparison' }).click();
    await expect(area).toBeVisible();
  });
});
