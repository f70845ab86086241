import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownerId } from '../owner.ts';
import { forgetUnused, madeOnce, workFolder } from './made-once.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'made-once-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('what is there is not made again', async () => {
  const path = join(folder, 'thing');
  await madeOnce(path, async (temporary) => await writeFile(temporary, 'first'));
  await madeOnce(path, async (temporary) => await writeFile(temporary, 'second'));
  expect(await readFile(path, 'utf8')).toBe('first');
});

test('a failure leaves nothing, and the next try works', async () => {
  const path = join(folder, 'thing');
  const failing = madeOnce(path, async (temporary) => {
    await writeFile(temporary, 'half');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readdir(folder)).toEqual([]);
  await madeOnce(path, async (temporary) => await writeFile(temporary, 'whole'));
  expect(await readFile(path, 'utf8')).toBe('whole');
});

test('of two makers of one folder the first to finish wins, and neither fails', async () => {
  const path = join(folder, 'thing');
  const make = (text: string) => async (temporary: string) => {
    await mkdir(temporary);
    await writeFile(join(temporary, 'file'), text);
  };
  await Promise.all([madeOnce(path, make('one')), madeOnce(path, make('two'))]);
  expect(['one', 'two']).toContain(await readFile(join(path, 'file'), 'utf8'));
  expect(await readdir(folder)).toEqual(['thing']);
});

describe('what others were making', () => {
  const dayAgo = Date.now() / 1000 - 25 * 60 * 60;
  const left = async () => {
    await madeOnce(join(folder, 'thing'), async (temporary) => await writeFile(temporary, 'whole'));
    return (await readdir(folder)).filter((name) => name !== 'thing');
  };

  test('of a process that lives stays, of one that died is removed', async () => {
    const own = await workFolder(folder, 'y');
    // Larger than any process id the kernel gives out.
    await writeFile(own.replace(ownerId(), '2147483646.1'), 'half');
    expect(await left()).toEqual([basename(own)]);
  });

  test('of a process in another container stays for a day, whatever its number says here', async () => {
    for (const name of ['.making-1-2147483646.1-young', '.making-1-2147483646.1-old'])
      await writeFile(join(folder, name), 'half');
    await utimes(join(folder, '.making-1-2147483646.1-old'), dayAgo, dayAgo);
    expect(await left()).toEqual(['.making-1-2147483646.1-young']);
  });
});

test('what nobody used for a day is forgotten, what is in use is not, however old', async () => {
  const dayAgo = Date.now() / 1000 - 25 * 60 * 60;
  for (const name of ['old', 'current', 'young']) await mkdir(join(folder, name));
  for (const name of ['old', 'current']) await utimes(join(folder, name), dayAgo, dayAgo);
  await forgetUnused(join(folder, 'current'));
  expect((await readdir(folder)).sort()).toEqual(['current', 'young']);
});
