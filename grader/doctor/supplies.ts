/** What else grading and the tests use: the database, base images, a browser. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sentenceFor } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { externalBackend } from '../store/open-store.ts';
import { locatePackage } from '../store/postgres-binaries.ts';
import type { DoctorItem } from './item.ts';

/** Connects to an operator's own server; of the built-in one only looks whether its programs are there. */
export async function databaseItem({
  databaseUrl,
  homeDir,
}: Pick<Settings, 'databaseUrl' | 'homeDir'>): Promise<DoctorItem> {
  const item = { id: 'database', title: 'Database' };
  try {
    if (databaseUrl !== undefined) {
      await externalBackend(databaseUrl);
      return { ...item, state: 'ok', found: 'the PostgreSQL of DATABASE_URL answers' };
    }
    const { version } = locatePackage();
    const made = existsSync(join(homeDir, 'database')) ? `kept in ${homeDir}` : 'made at the first start';
    return { ...item, state: 'ok', found: `built in, PostgreSQL ${version}, ${made}` };
  } catch (error) {
    const found = databaseUrl === undefined ? 'the built-in PostgreSQL is not usable' : 'DATABASE_URL is not usable';
    return { ...item, state: 'missing', found, mend: sentenceFor(error) };
  }
}

export interface ImagesKept {
  /** Targets of the catalogue's entries. */
  wanted: string[];
  /** Of the recipe that has most of them. */
  kept: string[];
}

export function catalogueItem({ wanted, kept }: ImagesKept): DoctorItem {
  const item = { id: 'catalogue', title: 'Base images' };
  const lacking = wanted.filter((target) => !kept.includes(target));
  if (lacking.length === 0) return { ...item, state: 'ok', found: `all ${wanted.length} are kept for any engine` };
  const found = `${wanted.length - lacking.length} of ${wanted.length} are kept; the others are made or pulled at the next start`;
  return { ...item, state: 'warning', found, mend: 'npx stagecraft catalogue build' };
}

const archiveEnd = '.tar.zst';

export async function readImagesKept(cacheDir: string, wanted: string[]): Promise<ImagesKept> {
  const folder = join(cacheDir, 'catalogue', 'images');
  const recipes = await readdir(folder).catch(() => []);
  const lists = await Promise.all(recipes.map((recipe) => readdir(join(folder, recipe)).catch(() => [])));
  const most = lists.sort((one, other) => other.length - one.length)[0] ?? [];
  return {
    wanted,
    kept: most.filter((name) => name.endsWith(archiveEnd)).map((name) => name.slice(0, -archiveEnd.length)),
  };
}

/** @param paths where a browser may be; the first that is there is used */
export function browserItem(paths: string[], exists: (path: string) => boolean = existsSync): DoctorItem {
  const item = { id: 'browser', title: 'Browser for tests' };
  const there = paths.find(exists);
  if (there !== undefined) return { ...item, state: 'ok', found: there };
  const mend = 'npx playwright install chromium, or apt-get install chromium';
  return { ...item, state: 'warning', found: 'none; only `npm run test:e2e` needs one', mend };
}

/** As `playwright.config.ts` and `bin/ensure-browser.ts` look for it. */
export async function browserPaths(): Promise<string[]> {
  const debian = '/usr/bin/chromium';
  try {
    const { chromium } = await import('@playwright/test');
    return [debian, chromium.executablePath()];
  } catch {
    // Installed without the packages for development.
    return [debian];
  }
}
