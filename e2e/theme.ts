import { expect, type Page } from '@playwright/test';

/** As a reader does. On a busy machine the choice may be there before the script that hears of it. */
export async function chooseDark(page: Page): Promise<void> {
  await expect(async () => {
    await page.getByLabel('Colours').selectOption('light');
    await page.getByLabel('Colours').selectOption('dark');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark', { timeout: 500 });
  }).toPass();
}
