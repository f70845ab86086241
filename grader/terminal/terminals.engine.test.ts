/** Shells in real containers: what they may, what they may not, and that nothing of them is left. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openCatalogue } from '../catalogue/open-catalogue.ts';
import type { FromShell, TerminalMode } from '../contract/terminal.ts';
import type { Engine } from '../engine/engine.ts';
import { testEngine } from '../engine/testing.ts';
import { ensureToolbox, leftBehind } from '../evidence/testing.ts';
import { limits } from '../limits.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { KeptImages } from './kept-images.ts';
import type { Page, TerminalLimits } from './terminal-session.ts';
import { Terminals, type TerminalsOptions } from './terminals.ts';

const withShell = 'node:20-slim';
const withoutShell = 'gcr.io/distroless/nodejs20-debian12:latest';
const size = { columns: 80, rows: 24 };
let engine: Engine;
const opened: Terminals[] = [];

beforeAll(async () => {
  engine = await testEngine();
  const catalogue = await openCatalogue({ engine, cacheDir: readSettings().cacheDir, progress: silentProgress });
  await catalogue.fill({ first: [withShell, withoutShell], only: true });
  await ensureToolbox(engine);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((terminals) => terminals.close()));
  expect(await leftBehind(engine.docker), 'no container, network or volume is left').toEqual([]);
});

function terminalsOn(image: string, changes: Partial<TerminalLimits> = {}): Terminals {
  const kept: TerminalsOptions['kept'] = {
    find: async () => (await engine.docker.getImage(image).inspect()).Id,
    sweep: async () => {},
  };
  const terminals = new Terminals({ engine, kept, log: () => {}, limits: changes });
  opened.push(terminals);
  return terminals;
}

class TestPage implements Page {
  readonly told: FromShell[] = [];
  text = '';
  bytes = 0;
  tell(message: FromShell): void {
    this.told.push(message);
  }
  output(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.text = (this.text + Buffer.from(bytes).toString()).slice(-100_000);
  }
  close(): void {}
  get end() {
    return this.told.find((message) => message.type === 'end');
  }
  async until(what: () => boolean): Promise<void> {
    for (let tries = 0; !what(); tries += 1) {
      if (tries > 1_200) throw new Error(`It never came. Told: ${JSON.stringify(this.told)}; shown: ${this.text}`);
      await wait(50);
    }
  }
}

function openShell(
  terminals: Terminals,
  { learner = 'a', mode = 'shell' as TerminalMode, seen = undefined as number | undefined } = {},
) {
  const page = new TestPage();
  const link = terminals.open({ learner, submission: 's' }, { mode, ...size, seen }, page);
  const type = (line: string) => link.receive({ type: 'input', data: `${line}\r` });
  /** What a command prints; the marks are made of two parts, so that what is typed does not look like them. */
  let asked = 0;
  const ask = async (command: string): Promise<string> => {
    const number = ++asked;
    type(`echo be""gin${number}; ${command}; echo en""d${number}=$?`);
    // Not before the next prompt: a shell that just took the terminal back drops what was typed ahead.
    await page.until(() => new RegExp(`end${number}=\\d+[^]*[$#] `).test(page.text));
    const found = new RegExp(`begin${number}\\r\\n([^]*?)end${number}=(\\d+)`).exec(page.text);
    return `${found?.[1]?.replaceAll('\r', '').trim()} (${found?.[2]})`.trim();
  };
  return { page, link, type, ask, isOpen: () => page.until(() => page.told.length > 0) };
}

test('a shell runs in the image, held as a probed container is and without any network', async () => {
  const terminals = terminalsOn(withShell);
  const view = await terminals.view({ learner: 'a', submission: 's' });
  expect(view).toMatchObject({ image: 'here', shell: '/bin/bash', toolbox: true, user: 'root' });
  const { ask, isOpen, page } = openShell(terminals);
  await isOpen();
  expect(page.told[0]).toMatchObject({ type: 'opened', mode: 'shell' });
  expect(await ask('echo hello from $(node -p 6*7)')).toBe('hello from 42 (0)');
  expect(await ask('touch /owned')).toMatch(/Read-only file system \(1\)$/);
  expect(await ask('echo kept > /tmp/note && cat /tmp/note')).toBe('kept (0)');
  expect(await ask('ls /sys/class/net | grep -v -e ^lo$ -e tunl -e sit -e ip6 -e gre -e erspan -e vti')).toBe('(1)');
  expect(await ask('grep CapEff /proc/self/status')).toContain('0000000000000000');
  expect(await ask('stty size')).toBe('24 80 (0)');
  const [container] = await engine.docker.listContainers({ filters: { name: ['terminal-'] } });
  const { HostConfig } = await engine.docker.getContainer(container?.Id ?? '').inspect();
  expect(HostConfig).toMatchObject({
    Memory: limits.run.memoryBytes,
    PidsLimit: limits.run.pidsMax,
    CapDrop: ['ALL'],
    NetworkMode: 'none',
    CgroupParent: expect.stringMatching(/^\/terminal\d$/),
  });
});

test('Ctrl-C ends a program and not the shell, and the shell’s own exit code is told', async () => {
  const { page, link, type, ask, isOpen } = openShell(terminalsOn(withShell));
  await isOpen();
  type('sleep 1000');
  await page.until(() => page.text.includes('sleep 1000'));
  await wait(500);
  link.receive({ type: 'input', data: '\u0003' });
  expect(await ask('true')).toBe('(0)');
  type('exit 7');
  await page.until(() => page.end !== undefined);
  expect(page.end).toMatchObject({ reason: 'exited', exitCode: 7, oomKilled: false });
});

test('without a key pressed it ends by itself', async () => {
  const { page } = openShell(terminalsOn(withShell, { idleMs: 1_500 }));
  await page.until(() => page.end !== undefined);
  expect(page.end).toMatchObject({ reason: 'idle' });
});

test('a page whose connection broke finds its shell and what was said meanwhile', async () => {
  const terminals = terminalsOn(withShell);
  const first = openShell(terminals);
  await first.isOpen();
  await first.ask('cd /tmp; secret=42');
  first.type('sleep 1; echo said""-meanwhile');
  first.link.detach();
  await wait(2_000);
  expect((await terminals.view({ learner: 'a', submission: 's' })).running).toBe('shell');
  const again = openShell(terminals, { seen: first.page.bytes });
  await again.isOpen();
  expect(again.page.told[0]).toMatchObject({ type: 'opened', at: first.page.bytes });
  await again.page.until(() => again.page.text.includes('said-meanwhile'));
  expect(await again.ask('echo $PWD $secret')).toBe('/tmp 42 (0)');
});

test('a page that does not come back leaves nothing', async () => {
  const { link, isOpen, page } = openShell(terminalsOn(withShell, { graceMs: 300 }));
  await isOpen();
  link.detach();
  await page.until(() => page.end === undefined);
  for (let tries = 0; (await leftBehind(engine.docker)).length > 0; tries += 1) {
    if (tries > 100) break;
    await wait(100);
  }
});

test('endless output waits for its page instead of filling memory', async () => {
  const { page, link, type, isOpen } = openShell(terminalsOn(withShell));
  await isOpen();
  type('yes');
  await page.until(() => page.bytes > 50_000);
  await wait(1_500);
  // The page never said that it has read anything.
  expect(page.bytes).toBeLessThan(limits.terminal.windowBytes + 2 * 64 * 1024);
  const before = page.bytes;
  link.receive({ type: 'ack', bytes: before });
  await page.until(() => page.bytes > before);
});

test('a learner has one shell: another one ends it, and one too many in all is refused', async () => {
  const terminals = terminalsOn(withShell);
  const first = openShell(terminals);
  await first.isOpen();
  const second = openShell(terminals);
  await second.isOpen();
  expect(first.page.end).toMatchObject({ reason: 'replaced' });
  for (const learner of ['b', 'c']) {
    const other = openShell(terminals, { learner });
    await other.isOpen();
    expect(other.page.end).toBeUndefined();
  }
  const refused = openShell(terminals, { learner: 'd' });
  await refused.isOpen();
  expect(refused.page.end).toMatchObject({
    reason: 'failed',
    message: expect.stringContaining('places for terminals'),
  });
  // Builds have their own places all the same.
  const slot = await engine.acquireSlot();
  await slot.release();
});

test('in an image without a shell the toolbox lies beside the image’s own files', async () => {
  const terminals = terminalsOn(withoutShell);
  expect((await terminals.view({ learner: 'a', submission: 's' })).shell).toBeUndefined();
  const plain = openShell(terminals);
  await plain.isOpen();
  expect(plain.page.end).toMatchObject({ reason: 'failed', message: 'There is no shell in this image.' });
  const { ask, isOpen } = openShell(terminals, { mode: 'toolbox' });
  await isOpen();
  expect(await ask('ls /nodejs/bin')).toContain('node');
  expect(await ask('ls -d /bin/sh')).toMatch(/No such file or directory \(1\)$/);
  expect(await ask(`/nodejs/bin/node -e 'console.log("is " + 6*7)'`)).toBe('is 42 (0)');
  expect(await ask('touch /.stagecraft/x')).toMatch(/Read-only file system \(1\)$/);
  expect(await ask('touch /x')).toMatch(/Read-only file system|Permission denied/);
});

test('folders are listed without any container', async () => {
  const list = await terminalsOn(withoutShell).list({ submission: 's' }, '/nodejs/bin');
  expect(list.entries.map(({ name }) => name)).toContain('node');
});

test('of each learner and exercise the last image is kept, for a time and up to a number', async () => {
  const now = { ms: Date.now() };
  const kept = new KeptImages({ docker: engine.docker, countMax: 2, ageMs: 1_000, now: () => now.ms });
  const keep = async (learner: string, submission: string, exercise = 'e') => {
    now.ms += 10;
    await kept.keep(withShell, { learner, exercise, submission });
    await kept.sweep();
  };
  const id = (await engine.docker.getImage(withShell).inspect()).Id;
  const there = async (names: string[]) => {
    const found = await Promise.all(names.map((name) => kept.find(name)));
    return names.filter((_, index) => found[index] === id);
  };
  const all = ['a1', 'a2', 'b1', 'c1', 'c2', 'c3'];
  await keep('a', 'a1');
  expect(await there(all)).toEqual(['a1']);
  await keep('a', 'a2');
  expect(await there(all)).toEqual(['a2']);
  await keep('b', 'b1');
  await keep('c', 'c1');
  expect(await there(all)).toEqual(['b1', 'c1']);
  // Another exercise of one learner takes the place of their own image, not of somebody else's.
  await keep('c', 'c2', 'f');
  await keep('c', 'c3', 'g');
  expect(await there(all)).toEqual(['b1', 'c3']);
  now.ms += 2_000;
  await kept.sweep();
  expect(await there(all)).toEqual([]);
});
