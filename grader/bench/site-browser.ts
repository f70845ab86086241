/** What a browser itself can time on a lesson and on an exercise page: for `npm run bench -- site`. */
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';

/** Until islands have run and nothing more is fetched. */
const settledMs = 1_500;
const keypresses = 60;
const coldStarts = 5;
const firstLines = 'FROM node:20 AS build\nWORKDIR /app\nCOPY package.json package-lock.json ./\n';
/** Fewer than 100 instructions: of a Dockerfile with more, nothing else is said than that. */
const manyLines = Array.from({ length: 95 }, (_, at) => (at % 2 === 0 ? `# Step ${at}\n` : `RUN echo ${at}\n`)).join(
  '',
);
const hundredLines = `${firstLines}${manyLines}FROM node:20-slim\nCMD ["node"]\n`;

/** What a reader's browser fetches and runs before anything is pressed: files and inline scripts, gzipped one by one. */
export async function measureJavaScript(
  browser: Browser,
  address: string,
): Promise<{ gzipBytes: number; files: { path: string; gzipBytes: number }[] }> {
  const page = await browser.newPage();
  const scripts: Promise<{ path: string; gzipBytes: number }>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    const path = new URL(response.url()).pathname;
    scripts.push(response.body().then((body) => ({ path, gzipBytes: gzipSync(body).length })));
  });
  await page.goto(address);
  await page.waitForTimeout(settledMs);
  const inline = await page
    .locator('script:not([src])')
    .evaluateAll((all) => all.map((each) => each.textContent ?? ''));
  const files = [...(await Promise.all(scripts)), { path: 'inline', gzipBytes: gzipSync(inline.join('\n')).length }];
  await page.close();
  return { gzipBytes: files.reduce((sum, file) => sum + file.gzipBytes, 0), files };
}

export interface EditorTimes {
  /** From the navigation to the first paint of the brief. */
  readableMs: number;
  /** From the navigation to the first line of text in the editor. */
  readyMs: number;
  /** From a key press to the frame that shows it. */
  keypressP50Ms: number;
  keypressP95Ms: number;
  /** From a key press that makes a mistake to its mark; absent when nothing is marked while typing. */
  diagnosticsP50Ms?: number;
  diagnosticsP95Ms?: number;
}

/** With cold contexts and no throttling: the median of several starts, and key presses in the last. */
export async function measureEditor(browser: Browser, address: string): Promise<EditorTimes> {
  const starts: { readyMs: number; readableMs: number }[] = [];
  while (starts.length < coldStarts - 1) {
    const page = await openCold(browser, address);
    starts.push(await startOf(page));
    await page.context().close();
  }
  const page = await openCold(browser, address);
  starts.push(await startOf(page));
  await fillEditor(page, hundredLines);
  const keypress = await timeKeypresses(page);
  const diagnostics = await timeDiagnostics(page);
  await page.context().close();
  return {
    readableMs: percentile(
      starts.map(({ readableMs }) => readableMs),
      0.5,
    ),
    readyMs: percentile(
      starts.map(({ readyMs }) => readyMs),
      0.5,
    ),
    keypressP50Ms: percentile(keypress, 0.5),
    keypressP95Ms: percentile(keypress, 0.95),
    ...(diagnostics.length > 0 && {
      diagnosticsP50Ms: percentile(diagnostics, 0.5),
      diagnosticsP95Ms: percentile(diagnostics, 0.95),
    }),
  };
}

async function openCold(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.addInitScript(watchForEditor);
  await page.goto(address);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  return page;
}

function startOf(page: Page): Promise<{ readyMs: number; readableMs: number }> {
  return page.evaluate(() => ({
    readyMs: Number(document.documentElement.dataset.editorReadyMs),
    readableMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  }));
}

/** Runs in the page, before anything of it. */
function watchForEditor(): void {
  const watcher = new MutationObserver(() => {
    if (!document.querySelector('.monaco-editor .view-line')?.textContent) return;
    watcher.disconnect();
    document.documentElement.dataset.editorReadyMs = String(performance.now());
  });
  watcher.observe(document, { childList: true, subtree: true });
}

async function fillEditor(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+End');
}

/** Milliseconds from `keydown` to the second frame after it, when what was typed has been painted. */
async function timeKeypresses(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { keypressTimes: times });
    document.addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp)));
      },
      { capture: true },
    );
  });
  await page.keyboard.insertText('RUN ');
  for (let at = 0; at < keypresses; at += 1) await page.keyboard.press('a', { delay: 20 });
  return await page.evaluate(() => (window as unknown as { keypressTimes: number[] }).keypressTimes);
}

/** Makes an instruction one that there is not and takes the line back, and waits each time for the mark to come. */
async function timeDiagnostics(page: Page): Promise<number[]> {
  const times: number[] = [];
  await page.keyboard.press('Enter');
  for (let at = 0; at < 20; at += 1) {
    await page.keyboard.insertText('WORKDIR /srv');
    await page.keyboard.press('Home');
    await page.waitForTimeout(400);
    await page.evaluate(watchForMark);
    await page.keyboard.type('X');
    const found = await page
      .waitForFunction(() => document.documentElement.dataset.markMs, undefined, { timeout: 2_000 })
      .then((handle) => handle.jsonValue())
      .catch(() => undefined);
    if (found === undefined) return times;
    times.push(Number(found));
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('Delete');
    await page.waitForTimeout(400);
  }
  return times;
}

/** Runs in the page: how long after the last key press the number of marks under the text grows. */
function watchForMark(): void {
  const page = document.documentElement;
  delete page.dataset.markMs;
  const count = () =>
    document.querySelectorAll('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning').length;
  const before = count();
  let pressedAt = performance.now();
  const press = (event: KeyboardEvent) => {
    pressedAt = event.timeStamp;
  };
  document.addEventListener('keydown', press, { capture: true });
  const watcher = new MutationObserver(() => {
    if (count() <= before) return;
    watcher.disconnect();
    document.removeEventListener('keydown', press, { capture: true });
    page.dataset.markMs = String(performance.now() - pressedAt);
  });
  watcher.observe(document.body, { childList: true, subtree: true, attributes: true });
}

/** Of an unsorted list, rounded; 0 of an empty one. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
