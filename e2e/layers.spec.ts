/** What was built, and how it came about: the layers of an image and earlier attempts, on the real grader. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { openExercise, shownText, submitAndJudge, typeDockerfile, verdictMs } from './workbench.ts';

const slug = 'ts-two-stages';

/** Carries three megabytes that nobody can see: written on line 3, deleted on line 4. */
const wasteful = `FROM node:20-slim
WORKDIR /app
RUN head -c 3000000 /dev/urandom > /app/big.bin && echo ${Date.now()} > stamp
RUN rm /app/big.bin
RUN head -c 60000000 /dev/zero > /app/kept.bin
CMD ["node"]
`;
const lean = `FROM node:20-slim
WORKDIR /app
RUN head -c 1000000 /dev/urandom > /app/kept.bin && echo ${Date.now()} > stamp
CMD ["node"]
`;

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const layers = (page: Page) => page.locator('.layers');

async function build(page: Page, dockerfile: string): Promise<void> {
  await typeDockerfile(page, dockerfile);
  await submitAndJudge(page, 'Not yet');
}

async function accessible(page: Page, part: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test('layers, waste, comparison and earlier attempts of two builds', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  const consoleIsClean = watchConsole(page);
  await openExercise(page, slug);
  await build(page, wasteful);

  await test.step('the map names the biggest part and leads to the line', async () => {
    await tab(page, 'Layers').click();
    await expect(page.locator('.treemap-box')).toHaveAccessibleName(/^Where the bytes are: node 9?\d/);
    await page.getByRole('button', { name: /^Line 5 60 MB/ }).click();
    await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('5');
    const tile = page.getByRole('button', { name: /^kept\.bin,/ });
    await tile.click();
    await expect(page.locator('.tile-detail')).toContainText('/app/kept.bin');
    // By keyboard from part to part, and into a folder and out of it.
    await tile.press('ArrowLeft');
    await expect(page.locator('.tile:focus')).toHaveCount(1);
    await expect(tile).not.toBeFocused();
  });

  await test.step('what is wasted stands there with both lines', async () => {
    const waste = page.locator('.waste');
    await expect(waste).toContainText('/app/big.bin');
    await expect(waste).toContainText('3 MB');
    await waste.getByRole('button', { name: 'Line 3' }).click();
    await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('3');
    await waste.getByRole('button', { name: 'Line 4' }).click();
    await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('4');
  });

  await test.step('a search finds files, and the list is used by keyboard', async () => {
    await page.getByRole('searchbox', { name: 'Search in paths' }).fill('/app/*.bin');
    await expect(page.locator('.files-count')).toContainText('2 of');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('Deleted later');
    await expect(page.locator('.file-body [role="row"]').last()).toContainText('big.bin');
    await expect(page.locator('.file-body [role="row"]').last()).toContainText('deleted');
    const grid = page.getByRole('treegrid');
    await grid.focus();
    await grid.press('ArrowDown');
    await grid.press('Enter');
    await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('3');
  });
  await accessible(page, '.room-evidence');

  await test.step('the starter is built to be compared with; the solution is not earned', async () => {
    const against = page.getByRole('combobox', { name: 'Compare the image with' });
    await expect(against.getByRole('option', { name: 'The solution, once passed' })).toBeDisabled();
    await against.selectOption('The starter');
    const changes = page.locator('.image-changes');
    await expect(changes.getByRole('table', { name: 'What a container sees, by folder' })).toContainText('/root/.npm', {
      timeout: verdictMs,
    });
    const layerByLayer = changes.getByRole('table', { name: 'Layer by layer' });
    await expect(layerByLayer.getByRole('row', { name: /^went COPY/ })).not.toHaveCount(0);
    await layerByLayer.getByRole('button', { name: 'Line 5' }).click();
    await expect(page.locator('.monaco-editor .active-line-number')).toHaveText('5');
    await expect(page.locator('.scale-bars')).toContainText('Starter');
    await accessible(page, '.room-evidence');
  });

  await build(page, lean);
  await test.step('the second attempt is compared with the first', async () => {
    await tab(page, 'Layers').click();
    const changes = page.getByRole('table', { name: 'What a container sees, by folder' });
    await expect(changes).toContainText('kept.bin');
    await expect(changes.locator('tbody tr').first()).toContainText('shrank');
    await expect(page.locator('.image-changes')).toContainText('smaller');
  });

  await test.step('an earlier attempt is opened again, survives a reload, and the draft comes back', async () => {
    await tab(page, 'Attempts').click();
    await expect(page.getByRole('img', { name: /^Size of the image by attempt: attempt 1/ })).toBeVisible();
    await accessible(page, '.room-evidence');
    await page.getByRole('button', { name: 'Open attempt 1' }).click();
    await expect(page.locator('.past-bar')).toContainText('You are looking at attempt 1 of 2.');
    await expect(page.locator('.past-files')).toContainText('RUN rm /app/big.bin');
    await page.reload();
    await expect(page.locator('.past-bar')).toContainText('attempt 1 of 2');
    await tab(page, 'Layers').click();
    await expect(page.locator('.waste')).toContainText('/app/big.bin');
    await page.getByRole('button', { name: 'Line 4' }).first().click();
    await expect(page.locator('.past-files li:focus')).toContainText('RUN rm');
    await accessible(page, '.workbench');
    await page.goBack();
    await expect(page.locator('.past-bar')).toHaveCount(0);
    await expect.poll(() => shownText(page)).toContain('head -c 1000000');
    await page.goForward();
    await page.getByRole('button', { name: 'Take this Dockerfile over' }).click();
    await expect.poll(() => shownText(page)).toContain('RUN rm /app/big.bin');
    await expect(page.locator('[data-submit]')).toBeVisible();
  });

  await test.step('on a phone all of it fits', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('tab', { name: 'Evidence' }).click();
    await tab(page, 'Layers').click();
    await expect(layers(page)).toBeVisible();
    expect(await layers(page).evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    await accessible(page, '.room-evidence');
  });
  consoleIsClean();
  await context.close();
});

test('where nothing is built yet the panels say what they will show', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await openExercise(page, slug);
  await tab(page, 'Layers').click();
  await expect(page.locator('.layers-none')).toContainText('every byte with the line that brought it');
  await tab(page, 'Attempts').click();
  await expect(page.locator('.attempts-none')).toContainText('Nothing sent yet');
  await context.close();
});
