import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addFiles, page } from './tree.ts';

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'sc-pypi-'));
});
afterEach(async () => await rm(work, { recursive: true, force: true }));

async function add(fileName: string, requiresPython?: string): Promise<void> {
  await writeFile(join(work, fileName), fileName);
  const name = fileName.split('-')[0] as string;
  await addFiles(join(work, 'tree'), work, [{ fileName, name, requiresPython }]);
}

test('two exercises that fill one project both find their files on its page', async () => {
  await Promise.all([add('Some_Thing-1.0-py3-none-any.whl', '>=3.9'), add('some.thing-2.0.tar.gz')]);
  const folder = join(work, 'tree/simple/some-thing');
  const text = await readFile(join(folder, 'index.html'), 'utf8');
  const sha256 = createHash('sha256').update('Some_Thing-1.0-py3-none-any.whl').digest('hex');
  expect(text).toContain(
    `<a href="Some_Thing-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&gt;=3.9">Some_Thing-1.0-py3-none-any.whl</a>`,
  );
  expect(text).toContain('some.thing-2.0.tar.gz</a>');
  expect(await readdir(folder)).toEqual(
    expect.arrayContaining(['Some_Thing-1.0-py3-none-any.whl', 'some.thing-2.0.tar.gz']),
  );
});

test('a file that is there already stays as it is', async () => {
  await add('thing-1.0.tar.gz');
  await writeFile(join(work, 'thing-1.0.tar.gz'), 'other bytes');
  await addFiles(join(work, 'tree'), work, [
    { fileName: 'thing-1.0.tar.gz', name: 'thing', requiresPython: undefined },
  ]);
  expect(await readFile(join(work, 'tree/simple/thing/thing-1.0.tar.gz'), 'utf8')).toBe('thing-1.0.tar.gz');
});

test('a file’s name can not break out of the page', () => {
  const text = page('x', [{ fileName: 'x-1+a"<b>.whl', sha256: 'f' }]);
  expect(text).toContain('href="x-1%2Ba%22%3Cb%3E.whl#sha256=f"');
  expect(text).toContain('>x-1+a&quot;&lt;b&gt;.whl</a>');
});
