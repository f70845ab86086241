/** A look into the image that a learner built: slim with a shell, distroless with the toolbox. */
import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './console.ts';
import { openExercise, shownText, submitAndJudge, typeDockerfile, verdict, verdictMs } from './workbench.ts';

const slug = 'ts-two-stages';
const slim = 'FROM node:20-slim\nWORKDIR /app\nCOPY package.json .\nCMD ["node"]\n';
const distroless = `FROM node:20-slim AS build
WORKDIR /app
COPY package.json .

FROM gcr.io/distroless/nodejs20-debian12:nonroot
COPY --from=build /app /app
CMD ["--version"]
`;

const rows = (page: Page) => page.locator('.terminal-screen .xterm-rows');
const status = (page: Page) => page.locator('.terminal-status');

async function build(page: Page, text: string): Promise<void> {
  await openExercise(page, slug);
  await typeDockerfile(page, text);
  await submitAndJudge(page, 'Not yet');
}

/**
 * Not by `page.routeWebSocket`: its stand-in hands messages on to a socket that is closing already, of which the browser
 * complains in the console, and the page can't know.
 * @returns breaks the sockets of terminals, and keeps new ones from reaching the server, until told otherwise
 */
async function breakableSockets(page: Page): Promise<(broken: boolean) => Promise<void>> {
  await page.addInitScript(() => {
    const sockets = new Set<WebSocket>();
    let broken = false;
    window.WebSocket = new Proxy(window.WebSocket, {
      construct(Native, [address]: [string]) {
        if (!address.includes('/terminal/socket')) return new Native(address);
        if (broken) {
          const dead = Object.assign(new EventTarget(), { close() {} });
          setTimeout(() => dead.dispatchEvent(new CloseEvent('close', { code: 1006 })));
          return dead;
        }
        const socket = new Native(address);
        sockets.add(socket);
        return socket;
      },
    });
    window.addEventListener('test:connection', (event) => {
      broken = (event as CustomEvent<{ broken: boolean }>).detail.broken;
      if (broken) for (const socket of sockets) socket.close();
    });
  });
  return (broken) =>
    page.evaluate(
      (detail) => {
        window.dispatchEvent(new CustomEvent('test:connection', { detail }));
      },
      { broken },
    );
}

async function openTerminal(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await expect(rows(page)).toContainText('image >');
}

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

test('a shell in the learner’s own image, over a lost connection and a reload', async ({ page }) => {
  const consoleIsClean = watchConsole(page);
  const breakSocket = await breakableSockets(page);
  await build(page, slim);
  await openTerminal(page);
  await page.getByRole('button', { name: 'History' }).click();
  await expect(rows(page)).toContainText('COPY package.json');
  await expect(rows(page)).toContainText('line 3');
  await page.getByRole('button', { name: 'Open a shell' }).click();
  await expect(status(page)).toContainText('Shell open');
  await expect(rows(page)).toContainText('/app#');
  await type(page, 'echo $((6*7)) in $PWD');
  await expect(rows(page)).toContainText('42 in /app');
  await type(page, 'touch /owned');
  await expect(rows(page)).toContainText('Read-only file system');
  await type(page, 'sleep 1000');
  await page.keyboard.press('Control+c');
  // What is typed before the shell has the terminal back is dropped.
  await expect(rows(page)).toContainText(/\^C[\s\S]*\/app#\s*$/);
  await type(page, 'kept=still-here');
  // The socket dies, the shell does not.
  await breakSocket(true);
  await expect(status(page)).toContainText('Connection lost');
  await breakSocket(false);
  await expect(status(page)).toContainText('Shell open');
  await type(page, 'echo "$kept after all"');
  await expect(rows(page)).toContainText('still-here after all');
  await page.reload();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await expect(status(page)).toContainText('Shell open');
  await page.locator('.terminal-screen .xterm-screen').click();
  await type(page, 'echo "it is $kept"');
  await expect(rows(page)).toContainText('it is still-here');
  await type(page, 'exit 3');
  await expect(status(page)).toHaveText('The shell has ended with exit code 3.');
  await expect(page.getByRole('button', { name: 'Open a shell' })).toBeEnabled();
  consoleIsClean();
});

test('an image without a shell: why that is good, and the toolbox beside it', async ({ page }) => {
  await build(page, distroless);
  await openTerminal(page);
  await expect(page.getByText('There is no shell in this image')).toBeVisible();
  await page.locator('.terminal-screen .xterm-screen').click();
  await type(page, 'ls /app');
  await expect(rows(page)).toContainText('package.json');
  await page.getByRole('button', { name: 'Open a shell from the toolbox' }).click();
  await expect(rows(page)).toContainText(' $ ');
  await type(page, 'ls /bin/sh; ls /app; whoami');
  await expect(rows(page)).toContainText('/bin/sh: No such file or directory');
  await expect(rows(page)).toContainText('package.json');
  await page.getByRole('button', { name: 'End the shell' }).click();
  await expect(status(page)).toHaveText('You ended the shell.');
  await expect(rows(page)).toContainText('image >');
});

test('of an earlier attempt: what is known of its image, and the same image again', async ({ page }) => {
  await build(page, slim);
  await page.locator('[data-submit]').waitFor();
  await typeDockerfile(page, `${slim}LABEL second=yes\n`);
  await submitAndJudge(page, 'Not yet');
  await page.getByRole('tab', { name: 'Attempts' }).click();
  await page.getByRole('button', { name: 'Open attempt 1' }).click();
  await openTerminal(page);
  await expect(page.getByText('The image of this attempt has been removed since')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open a shell', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'History' }).click();
  await expect(rows(page)).toContainText('COPY package.json');
  await expect(rows(page)).not.toContainText('second');
  await page.getByRole('button', { name: 'Help' }).click();
  await expect(rows(page)).toContainText('go inside: a shell');
  // Builds what is looked at, not what is in the editor, and leaves the draft alone.
  await page.getByRole('button', { name: 'Build again' }).click();
  await expect(page.locator('.past-bar')).toHaveCount(0);
  await expect(page.locator('.verdict')).toHaveAttribute('data-attempt', '3', { timeout: verdictMs });
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  expect(await shownText(page)).toContain('LABEL second=yes');
  await openTerminal(page);
  await expect(rows(page)).toContainText('Attempt 3');
  await page.getByRole('button', { name: 'History' }).click();
  await expect(rows(page)).toContainText('COPY package.json');
  await expect(rows(page)).not.toContainText('second');
  await page.getByRole('button', { name: 'Open a shell' }).click();
  await expect(rows(page)).toContainText('/app#');
});

test('a log is searched and downloaded', async ({ page }) => {
  await build(
    page,
    `FROM node:20-slim\nRUN for i in $(seq 1 3000); do echo "row $i of ${Date.now()}"; done; echo a needle; seq 1 200\n`,
  );
  await page.getByRole('tab', { name: 'Log' }).click();
  const find = page.getByRole('searchbox', { name: 'Find in the log' });
  await find.fill('A NEEDLE');
  await expect(page.locator('.log-find-count')).toContainText('1 of ');
  await find.press('Enter');
  await expect(page.locator('.log-line[data-found] mark').first()).toBeInViewport();
  await find.fill('row 1500 of');
  await expect(page.locator('.log-line[data-found]')).toContainText('row 1500 of');
  await expect(page.locator('.log-line[data-found]')).toBeInViewport();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const text = await (await downloading).createReadStream().then(async (stream) => (await stream.toArray()).join(''));
  expect(text).toContain('row 1 of');
  expect(text).toContain('row 3000 of');
});

test('on a phone: the log is read, and the shell works', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, baseURL });
  const page = await context.newPage();
  await openExercise(page, slug);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('textbox', { name: /^Dockerfile/ }).fill(slim);
  await page.locator('[data-submit]').click();
  await expect(verdict(page)).toHaveText('Not yet', { timeout: verdictMs });
  await openTerminal(page);
  await page.getByRole('button', { name: 'Open a shell' }).click();
  await expect(rows(page)).toContainText('/app#');
  await type(page, 'echo $((6*7))');
  await expect(rows(page)).toContainText('42');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await context.close();
});
