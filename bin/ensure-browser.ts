/** A browser for the end-to-end tests: what is there, else Playwright's own, else Debian's chromium. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const debianChromium = '/usr/bin/chromium';

/** @throws Error with what to do, when no browser can be had */
export function ensureBrowser(): void {
  if (existsSync(debianChromium) || existsSync(chromium.executablePath())) return;
  process.stdout.write("Installing a browser for the end-to-end tests: Playwright's own …\n");
  if (succeeds('node_modules/.bin/playwright', ['install', 'chromium'])) return;
  process.stdout.write("Playwright's browser can't be had here; installing Debian's chromium …\n");
  const apt = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', 'chromium'];
  if (succeeds('apt-get', ['update']) && succeeds('apt-get', apt)) return;
  throw new Error(
    'The end-to-end tests need a browser: neither "npx playwright install chromium" nor "apt-get install chromium" worked. Install one of them as root.',
  );
}

function succeeds(command: string, args: string[]): boolean {
  const ended = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 10 * 60_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return ended.status === 0;
}
