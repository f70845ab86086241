/** The exercise page as the tests use it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';

const exercises = join(import.meta.dirname, '..', 'content', 'exercises');

export const exerciseFile = (slug: string, path: string) => readFileSync(join(exercises, slug, path), 'utf8');

/** Fails on line 4. The last stage needs the failing one: BuildKit does not build what nothing needs. */
export const failingDockerfile = `FROM node:20 AS build
WORKDIR /app
COPY . .
RUN nope --really

FROM node:20-slim
COPY --from=build /app /app
CMD ["node"]
`;

/** A whole verdict: queue, build, evidence and checks, also while images are still being made. */
export const verdictMs = 180_000;

export async function openExercise(page: Page, slug: string): Promise<void> {
  await page.goto(`/exercises/${slug}/`);
  await expect(page.locator('[data-submit]')).toBeVisible();
}

/** Waits for Monaco and gives it the focus. */
export async function focusEditor(page: Page): Promise<void> {
  await page.locator('.monaco-editor .view-lines').first().click();
  await expect(page.locator('.monaco-editor.focused')).toBeVisible();
}

/** Replaces the whole text of the file on screen, as a learner would who pastes. */
export async function typeDockerfile(page: Page, text: string): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** The text that Monaco shows, with ordinary spaces. */
export async function shownText(page: Page): Promise<string> {
  const lines = await page.locator('.monaco-editor .view-line').evaluateAll((elements) =>
    elements
      .map((element) => ({
        top: Number.parseFloat((element as HTMLElement).style.top),
        text: element.textContent ?? '',
      }))
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text.replaceAll('\u00a0', ' ')),
  );
  return lines.join('\n');
}

/** From 1, the line whose text is underlined as an error; undefined when none is. */
export async function errorLine(page: Page): Promise<number | undefined> {
  const squiggle = page.locator('.monaco-editor .squiggly-error').first();
  if ((await squiggle.count()) === 0) return undefined;
  const at = await squiggle.boundingBox();
  const tops = await page
    .locator('.monaco-editor .view-line')
    .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().top).sort((a, b) => a - b));
  const middle = (at?.y ?? 0) + (at?.height ?? 0) / 2;
  const index = tops.findLastIndex((top) => top <= middle);
  return index < 0 ? undefined : index + 1;
}

export const verdict = (page: Page) => page.locator('.verdict-summary h2');
export const logLines = (page: Page) => page.locator('.log .log-line');
export const check = (page: Page, id: string) => page.locator(`details[data-check="${id}"]`);

/** Has what is in the editor built, and waits for the verdict on just that. */
export async function submitAndJudge(page: Page, words: string): Promise<void> {
  const before = await page.locator('.verdict').getAttribute('data-attempt');
  await page.locator('[data-submit]').click();
  if (before !== null)
    await expect(page.locator('.verdict')).not.toHaveAttribute('data-attempt', before, { timeout: verdictMs });
  await expect(verdict(page)).toHaveText(words, { timeout: verdictMs });
}
