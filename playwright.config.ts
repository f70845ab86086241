import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's own browser where Playwright's can't be had. */
const chromium = '/usr/bin/chromium';

/**
 * Journeys in a real browser against a running Stagecraft: `npm run test:e2e` starts one and says where it is. Builds
 * share the engine's slots, so one test runs at a time.
 */
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  fullyParallel: false,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    // The test runner, and not an operator, says where the server is; so this is no setting.
    baseURL: process.env.STAGECRAFT_URL ?? 'http://127.0.0.1:4399',
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
