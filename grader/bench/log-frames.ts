/** How smoothly the build log takes 5 MB, and how it scrolls then: the page's own component, in a real browser. */
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { build } from 'vite';
import { StagecraftError } from '../errors.ts';
import { percentile } from './site-browser.ts';

const timeoutMs = 2 * 60_000;

export interface LogFrames {
  lines: number;
  bytes: number;
  /** Frames per second while 500 lines come with every frame. */
  arrivingFps: number;
  /** From the end to the beginning in 120 steps. */
  scrolledFps: number;
  /** The frame that 95 % of the others are faster than; in milliseconds. */
  arrivingP95Ms: number;
  scrolledP95Ms: number;
}

/** @throws StagecraftError `internal` when the page does not get through in two minutes */
export async function measureLog(browser: Browser, projectDir: string): Promise<LogFrames> {
  const { code, css } = await bundle(projectDir);
  const context = await browser.newContext({ viewport: { width: 800, height: 768 } });
  try {
    const page = await context.newPage();
    await page.setContent('<!doctype html><html lang="en"><title>Log</title><body></body></html>');
    await page.addStyleTag({ content: css });
    await page.addScriptTag({ content: code, type: 'module' });
    const found = await page.waitForFunction(() => window.benchLog, undefined, { timeout: timeoutMs });
    const measured = await found.jsonValue();
    if (measured === undefined) throw new StagecraftError('internal', 'The page did not measure its log.');
    const { lines, bytes, arriving, scrolled } = measured;
    return {
      ...{ lines, bytes, arrivingFps: fpsOf(arriving), scrolledFps: fpsOf(scrolled) },
      ...{ arrivingP95Ms: percentile(arriving, 0.95), scrolledP95Ms: percentile(scrolled, 0.95) },
    };
  } finally {
    await context.close();
  }
}

async function bundle(projectDir: string): Promise<{ code: string; css: string }> {
  const built = await build({
    root: projectDir,
    ...{ configFile: false, publicDir: false, logLevel: 'error' },
    build: { write: false, rollupOptions: { input: join(projectDir, 'src', 'workbench', 'log', 'log-bench.tsx') } },
  });
  const files = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  const code = files.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  const css = files.flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [file.source] : []));
  return { code: code.join('\n'), css: css.map(String).join('\n') };
}

const fpsOf = (frames: readonly number[]) =>
  Math.round((1_000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0));
