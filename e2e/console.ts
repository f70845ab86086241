import { expect, type Page } from '@playwright/test';

/** Collects what the browser complains about; call the result at the end to say that it was nothing. */
export function watchConsole(page: Page, allowed: RegExp[] = []): () => void {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const text = `${message.text()} (${message.location().url})`;
    if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return () => expect(complaints, 'the console is clean').toEqual([]);
}
