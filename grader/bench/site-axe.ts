/** axe on every page of the site: for `npm run bench -- site`. The tests in `e2e/pages.spec.ts` do the same and assert it. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';

const lists = ['/course/', '/checks/', '/errors/'];
const alone = ['/', '/reference/', '/glossary/', '/keyboard/', '/search/', '/grader/'];
const themeRules = ['color-contrast', 'link-in-text-block'];
const viewports = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];

/** Every page that the course and the reference lead to. */
export async function pagesOf(base: string): Promise<string[]> {
  const texts = await Promise.all(lists.map(async (list) => (await fetch(`${base}${list}`)).text()));
  const linked = texts.flatMap((text) =>
    [...text.matchAll(/href="(\/(?:lessons|exercises|checks|errors)\/[^"#?]+)"/g)].map(([, href = '']) => href),
  );
  return [...new Set([...alone, ...lists, ...linked])];
}

/** One sentence for each rule that a page breaks. */
export async function findViolations(browser: Browser, base: string, pages: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const viewport of viewports) {
    const context = await browser.newContext({ viewport, hasTouch: viewport.width < 800, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const path of pages) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${base}${path}`);
      const where = `${path} at ${viewport.width} px`;
      found.push(...(await violationsOn(page)).map((one) => `${where}, light: ${one}`));
      await page.emulateMedia({ colorScheme: 'dark' });
      found.push(...(await violationsOn(page, themeRules)).map((one) => `${where}, dark: ${one}`));
    }
    await context.close();
  }
  return found;
}

async function violationsOn(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id} on ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
