import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkFolder, removeStaleWorkFolders } from './work-folder.ts';

test('what a killed process left is removed, what a running one uses stays', async () => {
  const mine = await makeWorkFolder();
  const left = join(tmpdir(), 'stagecraft-work-999999999.1-abcdef');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'secret-0'), 'token');
  try {
    await removeStaleWorkFolders();
    expect([existsSync(mine), existsSync(left)]).toEqual([true, false]);
  } finally {
    await rm(mine, { recursive: true, force: true });
  }
});
