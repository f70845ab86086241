import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machine, makeBundle, openRoom, type Room, writeTree } from './testing.ts';

let room: Room;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

/** An import in a process of its own, killed some time after it said that it begins. */
async function importAndKill(afterMs: number): Promise<void> {
  const request = { file: room.bundle, settings: room.settings, here: machine };
  const program = `
    const { importBundle } = await import(${JSON.stringify(join(import.meta.dirname, 'import.ts'))});
    process.stdout.write('begun');
    const signal = new AbortController().signal;
    await importBundle({ ...${JSON.stringify(request)}, progress: () => {}, signal });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  await wait(afterMs);
  child.kill('SIGKILL');
  await ended;
}

test('an import that is killed at any moment leaves nothing half, and the next one completes it', async () => {
  const tree = (name: string) => ({ [`${name}/a`]: randomBytes(4_000_000).toString('base64'), [`${name}/b`]: name });
  await makeBundle(room, {
    inputs: await writeTree(join(room.dir, 'from/inputs'), { ...tree('inputs/1'), ...tree('inputs/2') }),
    packages: await writeTree(join(room.dir, 'from/packages'), { ...tree('npm/a'), ...tree('go/b'), '.filled/1': '' }),
    site: await writeTree(join(room.dir, 'from/site'), tree('assets')),
  });
  const twin = await openRoom();
  let complete: Record<string, string>;
  try {
    await twin.import({ file: room.bundle });
    complete = await twin.contents();
  } finally {
    await twin.remove();
  }
  for (const afterMs of [0, 30, 60, 90, 120, 150, 180, 210, 240, 300]) {
    await importAndKill(afterMs);
    const placed = Object.entries(await room.contents()).filter(([path]) => !/\.making-|site\.(new|old)/.test(path));
    for (const [path, text] of placed) expect(complete[path] === text, `${path} is not whole`).toBe(true);
  }
  await room.import();
  expect(await room.contents()).toEqual(complete);
  expect((await readdir(room.settings.cacheDir)).filter((name) => name.startsWith('.making'))).toEqual([]);
});
