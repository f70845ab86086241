/** The two drawings of the evidence room: the stages of what is typed, and the steps of a build on one scale of time. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { graphStrings } from '../src/workbench/stage-graph/graph-strings.ts';
import { watchConsole } from './console.ts';
import { focusEditor, openExercise, submitAndJudge, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const slug = 'ts-two-stages';
const twoStages = `FROM node:20 AS build
WORKDIR /app
COPY package.json ./

FROM node:20-slim
COPY --from=build /app /app
CMD ["node"]
`;
/** Never cached, not even what is copied, and its second line is long enough to be seen running. */
const slow = (mark: number) => `FROM node:20 AS build
RUN sleep 15 && echo ${mark} > /done

FROM node:20 AS quick
RUN echo ${mark} > /quick

FROM node:20-slim
COPY package.json /
COPY --from=build /done /done
COPY --from=quick /quick /quick
CMD ["node"]
`;

const openTab = (page: Page, name: 'Graph' | 'Timeline') => page.getByRole('tab', { name }).click();
const boxes = (page: Page) => page.locator('.graph-box');
const box = (page: Page, name: string) => boxes(page).filter({ has: page.locator('strong', { hasText: name }) });
const stepIn = (page: Page, text: string) => page.locator('.graph-step', { hasText: text });

async function axeIsContent(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
    [],
  );
}

test('the graph follows the text: a new stage, one that nothing needs, half a word', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  await openExercise(page, slug);
  await openTab(page, 'Graph');
  await typeDockerfile(page, twoStages);
  await expect(boxes(page)).toHaveCount(2);
  await expect(page.locator('.graph-floor')).toContainText(/at least .+ node:20-slim/);
  await expect(
    page.getByRole('img', { name: /^Stage graph of 2 stages\. build begins from node:20\. / }),
  ).toBeVisible();
  // Above the last stage: what ships stays what it is.
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.insertText('FROM busybox:1.36 AS lonely\nRUN true\n');
  await expect(boxes(page)).toHaveCount(3);
  await expect(box(page, 'lonely')).toContainText('not needed');
  await expect(box(page, 'lonely')).toHaveAttribute('data-unused', '');
  await expect(box(page, 'build')).not.toHaveAttribute('data-unused');
  await page.keyboard.insertText('RU');
  await expect(page.locator('.graph-stale')).toContainText('Line 3');
  await expect(boxes(page)).toHaveCount(3);
  await axeIsContent(page);
  consoleIsClean();
});

test('graph and editor lead to each other, with the keyboard too', async ({ page }) => {
  await openExercise(page, slug);
  await openTab(page, 'Graph');
  await typeDockerfile(page, twoStages);
  await stepIn(page, 'COPY --from=build').click();
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('6');
  await expect(stepIn(page, 'COPY --from=build')).toHaveAttribute('aria-current', 'true');
  await expect(box(page, 'stage 1')).toHaveAttribute('data-current', '');
  await box(page, 'build').locator('.graph-name').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('1');
  await expect(box(page, 'build')).toHaveAttribute('data-current', '');
});

test('a build comes alive in the graph, and its timeline names what it waited for', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  const text = slow(Date.now());
  await openExercise(page, slug);
  await typeDockerfile(page, text);
  await page.locator('[data-submit]').click();
  await expect(page.getByRole('tab', { name: 'Log' })).toHaveAttribute('aria-selected', 'true');
  await openTab(page, 'Graph');
  await expect(stepIn(page, 'sleep 15')).toHaveAttribute('data-state', 'running', { timeout: verdictMs });
  await expect(stepIn(page, 'COPY --from=build')).toHaveAttribute('data-state', 'waiting');
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  // What is drawn comes from what is stored.
  await page.reload();
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  await openTab(page, 'Graph');
  await expect(stepIn(page, 'sleep 15')).toHaveAttribute('data-state', 'done');
  await expect(stepIn(page, 'COPY --from=build')).toHaveAttribute('data-state', 'done');
  await axeIsContent(page);
  await openTab(page, 'Timeline');
  await expect(page.locator('.timeline-words')).toContainText(/critical path goes through .*sleep 15/);
  const row = (hasText: string) => page.locator('.timeline-row', { hasText });
  await expect(row('sleep 15')).toHaveAttribute('data-critical', '');
  await expect(row('> /quick')).not.toHaveAttribute('data-critical');
  await expect(row('load build context')).toContainText(/sent [\d.]+\s?k?B/);
  await row('sleep 15').click();
  await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('2');
  await row('sleep 15').press('ArrowDown');
  await expect(page.locator('.timeline-row:focus')).toHaveCount(1);
  await expect(row('sleep 15')).not.toBeFocused();
  await page.getByText('As a table').click();
  await expect(page.getByRole('row', { name: /sleep 15/ })).toContainText('yes');
  await axeIsContent(page);
  consoleIsClean();
  await cachedSavesTime(page);
});

/** The same once more: what was cached shows the time that it took before. */
async function cachedSavesTime(page: Page): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('LABEL again=yes\n');
  await submitAndJudge(page, 'Not yet');
  await openTab(page, 'Timeline');
  const row = page.locator('.timeline-row', { hasText: 'sleep 15' });
  await expect(row).toHaveAttribute('data-state', 'cached');
  await expect(row).toContainText(/saved \d+\ss, in attempt \d+/);
  await openTab(page, 'Graph');
  await expect(stepIn(page, 'sleep 15')).toHaveAttribute('data-state', 'cached');
  await firstAttemptAgain(page);
}

/** An earlier attempt is drawn as it was, and its steps lead to its own lines. */
async function firstAttemptAgain(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Attempts' }).click();
  await page.getByRole('button', { name: 'Open attempt 1' }).click();
  await expect(page.locator('.past-bar')).toContainText('attempt 1 of 2');
  await openTab(page, 'Graph');
  await expect(boxes(page)).toHaveCount(3);
  await expect(stepIn(page, 'sleep 15')).toHaveAttribute('data-state', 'done');
  await expect(page.getByText(graphStrings.edited)).toHaveCount(0);
  await stepIn(page, 'sleep 15').click();
  await expect(page.locator('.past-files li:focus')).toContainText('RUN sleep 15');
  await openTab(page, 'Timeline');
  const row = page.locator('.timeline-row', { hasText: 'sleep 15' });
  await expect(row).toHaveAttribute('data-state', 'done');
  await expect(row).not.toContainText('saved');
  await page.locator('.timeline-row', { hasText: 'COPY --from=build' }).click();
  await expect(page.locator('.past-files li:focus')).toContainText('COPY --from=build');
  await axeIsContent(page);
  await page.reload();
  await openTab(page, 'Timeline');
  await expect(row).toHaveAttribute('data-state', 'done');
}

test('on a phone both drawings fit, and a step leads to the editor', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, baseURL });
  const page = await context.newPage();
  await openExercise(page, slug);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page
    .getByRole('textbox', { name: /^Dockerfile/ })
    .fill('FROM node:20 AS build\nRUN nope\nFROM node:20-slim\nCOPY --from=build /a /a\n');
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('The build failed', { timeout: verdictMs });
  for (const tab of ['Timeline', 'Graph'] as const) {
    await openTab(page, tab);
    await expect(page.locator('.graph-box, .timeline-row').first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await axeIsContent(page);
  }
  await expect(stepIn(page, 'RUN nope')).toHaveAttribute('data-state', 'failed');
  await expect(stepIn(page, 'COPY --from=build')).toHaveAttribute('data-state', 'not-run');
  await stepIn(page, 'RUN nope').click();
  await expect(page.getByRole('textbox', { name: /^Dockerfile/ })).toBeFocused();
  await context.close();
});
