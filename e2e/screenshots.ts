/**
 * Pictures of every panel, from a course that runs: `npm run screenshots -- [--url http://127.0.0.1:4321] [--all] [folder]`.
 * Without `--all` only those of docs/workbench.md are taken; with it each in both themes, at 1366 and at 390 px.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, expect, type Page } from '@playwright/test';
import config from '../playwright.config.ts';
import { exerciseFile, openExercise, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const { values, positionals } = parseArgs({
  options: { url: { type: 'string', default: 'http://127.0.0.1:4321' }, all: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? join(import.meta.dirname, '..', 'docs', 'images');

interface Look {
  theme: 'light' | 'dark';
  width: 1366 | 390;
}

const looks: Look[] = values.all
  ? (['light', 'dark'] as const).flatMap((theme) => ([1366, 390] as const).map((width) => ({ theme, width })))
  : [{ theme: 'light', width: 1366 }];

const slug = 'ts-two-stages';
const solution = exerciseFile(slug, 'solution/Dockerfile');
/** One stage with everything in it, and a file that is deleted a layer too late. */
const naive = `FROM node:20
WORKDIR /app
COPY . .
RUN npm ci && head -c 3000000 /dev/urandom > /app/coverage.bin
RUN npm run build && rm /app/coverage.bin
CMD ["node", "dist/server.js"]
`;

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });

async function room(page: Page, name: string): Promise<void> {
  const phone = page.getByRole('tablist', { name: 'Rooms of the exercise' }).getByRole('tab', { name });
  if (await phone.isVisible()) await phone.click();
}

async function build(page: Page, text: string): Promise<void> {
  await room(page, 'Editor');
  const plain = page.locator('.plain-editor textarea');
  if (await plain.isVisible()) await plain.fill(text);
  else await typeDockerfile(page, text);
  const before = await verdict(page)
    .textContent({ timeout: 1_000 })
    .catch(() => null);
  await page.locator('[data-submit]').click();
  await expect(tab(page, 'Log')).toHaveAttribute('aria-selected', 'true');
  await expect(tab(page, 'Verdict')).toHaveAttribute('aria-selected', 'true', { timeout: verdictMs });
  await expect(verdict(page)).not.toHaveText(before ?? '');
}

/** What each picture shows, in the order of the work; each leaves the page as the next one needs it. */
const pictures: [name: string, prepare: (page: Page) => Promise<void>][] = [
  ['exercise', (page) => openExercise(page, slug)],
  ['verdict-failed', (page) => build(page, naive)],
  ['layers-waste', (page) => tab(page, 'Layers').click()],
  ['verdict', (page) => build(page, solution.replace('npm run build', `npm run build && : ${Date.now()}`))],
  ['graph', (page) => tab(page, 'Graph').click()],
  ['timeline', (page) => tab(page, 'Timeline').click()],
  ['log', (page) => tab(page, 'Log').click()],
  ['layers', (page) => tab(page, 'Layers').click()],
  ['terminal', openShell],
  ['attempts', (page) => tab(page, 'Attempts').click()],
  ['cache-lab', rebuild],
];

async function openShell(page: Page): Promise<void> {
  await tab(page, 'Terminal').click();
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Open a shell' }).click();
  await expect(page.locator('.terminal-status')).toContainText('Shell open');
  await page.locator('.terminal-screen .xterm-screen').click();
  await page.keyboard.type('ls -l && id');
  await page.keyboard.press('Enter');
  await expect(page.locator('.xterm-rows')).toContainText('uid=');
}

async function rebuild(page: Page): Promise<void> {
  await tab(page, 'Cache lab').click();
  const lab = page.locator('.cache-lab');
  await expect(lab.getByRole('radio').first()).toBeVisible();
  for (const cached of await lab.getByRole('radio', { name: 'From the cache' }).all()) await cached.check();
  await lab.getByRole('button', { name: 'Edit and build again' }).click();
  await expect(lab).toContainText('predictions came true', { timeout: verdictMs });
}

async function take(browser: Browser, { theme, width }: Look): Promise<void> {
  const context = await browser.newContext({
    baseURL: values.url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: width === 390 ? 844 : 768 },
  });
  const page = await context.newPage();
  for (const [name, prepare] of pictures) {
    await prepare(page);
    await page.waitForTimeout(600);
    const file = `${name}-${theme}${width === 390 ? '-390' : ''}.png`;
    await page.screenshot({ path: join(folder, file) });
    console.log(file);
  }
  await context.close();
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(config.use?.launchOptions ?? {});
for (const look of looks) await take(browser, look);
await browser.close();
