import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quotedIds } from './quoted-ids.ts';

test('finds the sizes that texts quote, in lessons and exercises, and nothing else', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'quoted-'));
  try {
    await mkdir(join(dir, 'lessons'));
    await writeFile(join(dir, 'lessons', 'one.mdx'), '<Measured id="exercise:tea:solution" /> and image:x:1\n');
    await writeFile(join(dir, 'after.mdx'), `rows={[{ label: "x", id: 'exercise:tea:mistakes/root' }]}\n`);
    await writeFile(join(dir, 'note.md'), '"exercise:tea:starter"\n');
    const found = [...(await quotedIds(dir))].filter((id) => id.startsWith('exercise:tea:'));
    expect(found.toSorted()).toEqual(['exercise:tea:mistakes/root', 'exercise:tea:solution']);
  } finally {
    await rm(dir, { recursive: true });
  }
});
