import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** A server that runs already; otherwise one is started for the tests and ended after them. */
const running = process.env.STAGECRAFT_URL;
const port = 4399;

/** Debian's own browser where Playwright's can't be had. */
const chromium = '/usr/bin/chromium';

/**
 * Journeys in a real browser against a real Stagecraft: site, API, database and engine. Builds share the engine's
 * slots, so one test runs at a time.
 */
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  fullyParallel: false,
  // Against what hangs, not against a busy machine.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  ...(running === undefined && {
    webServer: {
      command: `node_modules/node/bin/node grader/cli/main.ts start --port ${port}`,
      // Answers once the pages are built; tests that build wait for the grader themselves.
      url: `http://127.0.0.1:${port}/`,
      timeout: 15 * 60_000,
      stdout: 'pipe',
      gracefulShutdown: { signal: 'SIGTERM', timeout: 60_000 },
    },
  }),
  use: {
    baseURL: running ?? `http://127.0.0.1:${port}`,
    viewport: { width: 1366, height: 768 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(chromium) && { executablePath: chromium }),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
