import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Found, gzipBytes, walk } from './layer-walk.ts';
import { cutAfter } from './layers.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stagecraft-walk-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function entries(idBase = 100_000, onGap = (): void => {}): Found[] {
  return [...walk({ dir, idBase, cancelled: () => false }, onGap)];
}

test('entries have absolute paths, sizes, modes and link targets', () => {
  mkdirSync(join(dir, 'app'));
  writeFileSync(join(dir, 'app/main.js'), 'hello');
  chmodSync(join(dir, 'app/main.js'), 0o4755);
  symlinkSync('/etc/passwd', join(dir, 'app/link'));
  const byPath = new Map(entries().map(({ entry }) => [entry.path, entry]));
  expect(byPath.get('/app')).toMatchObject({ type: 'directory', sizeBytes: 0 });
  expect(byPath.get('/app/main.js')).toMatchObject({ type: 'file', sizeBytes: 5, mode: 0o4755 });
  expect(byPath.get('/app/link')).toMatchObject({ type: 'symlink', linkTarget: '/etc/passwd' });
});

test('a link to a folder is never followed', () => {
  symlinkSync('/etc', join(dir, 'etc'));
  expect(entries().map(({ entry }) => entry.path)).toEqual(['/etc']);
});

test('a file with two names counts once', () => {
  writeFileSync(join(dir, 'a'), 'x'.repeat(1000));
  linkSync(join(dir, 'a'), join(dir, 'b'));
  const found = entries();
  expect(found).toHaveLength(2);
  expect(found.filter(({ firstName }) => firstName)).toHaveLength(1);
});

test('ids are shown as the image has them, without the user namespace’s shift', () => {
  writeFileSync(join(dir, 'a'), '');
  const uid = process.getuid?.() ?? 0;
  expect(entries(uid).map(({ entry }) => entry.uid)).toEqual([0]);
});

test('names that are not UTF-8 are walked and read', () => {
  execFileSync('bash', ['-c', `printf 12345 > "${dir}/"$'\\xff\\xfe'`]);
  expect(entries()[0]?.entry).toMatchObject({ type: 'file', sizeBytes: 5 });
});

test('a tree deeper than a path may be long is a gap, not a failure', () => {
  const deep = `cd "${dir}"; for i in $(seq 30); do mkdir ${'d'.repeat(200)}; cd ${'d'.repeat(200)}; done; echo x > leaf`;
  execFileSync('bash', ['-c', deep]);
  let gaps = 0;
  const found = entries(0, () => {
    gaps += 1;
  });
  expect(found.length).toBeGreaterThan(10);
  expect(gaps).toBeGreaterThan(0);
});

test('a pipe can not make the reader wait', async () => {
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  expect(entries()[0]?.entry.type).toBe('other');
  expect(await gzipBytes(entries(), () => false)).toBeGreaterThan(0);
});

test('the compressed size is close to what tar and gzip make of it', async () => {
  for (let file = 0; file < 50; file += 1)
    writeFileSync(join(dir, `f${file}`), `line ${file}\n`.repeat(500) + randomBytes(2000).toString('hex'));
  const real = Number(execFileSync('sh', ['-c', `tar -C "${dir}" -c . | gzip | wc -c`]).toString());
  const measured = await gzipBytes(entries(), () => false);
  expect(Math.abs(measured - real) / real).toBeLessThan(0.1);
});

test('reading stops when it is cancelled', async () => {
  writeFileSync(join(dir, 'huge'), '');
  truncateSync(join(dir, 'huge'), 1024 ** 4);
  const until = Date.now() + 100;
  await expect(gzipBytes(entries(), () => Date.now() > until)).rejects.toThrow(/cancelled/);
});

test('of layers that are too much for one answer their sizes are told, and that their files are missing', () => {
  const layer = (diffId: string) => ({
    diffId,
    sizeBytes: 7,
    compressedBytes: 3,
    entries: [{ path: '/a' }],
    truncated: false,
  });
  const layers = ['one', 'two', 'three'].map((diffId) => Buffer.from(JSON.stringify(layer(diffId))));
  const told = cutAfter((layers[0]?.length ?? 0) + 1, layers).map((json) => JSON.parse(json.toString()));
  expect(told).toEqual([
    layer('one'),
    { ...layer('two'), entries: [], truncated: true, withheld: true },
    { ...layer('three'), entries: [], truncated: true, withheld: true },
  ]);
});
