import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, link, mkdir, readFile, rename, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workFolder } from '../catalogue/made-once.ts';
import { rootfsDir } from '../engine/host/rootfs.ts';
import type { StagecraftError } from '../errors.ts';
import { ownerId } from '../owner.ts';
import { packPart } from './parts.ts';
import {
  bundleOfTar,
  hostileTar,
  machine,
  makeBundle,
  openRoom,
  paxRecord,
  type Room,
  type TarEntry,
  writeTree,
} from './testing.ts';

const exec = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const hasZstd = existsSync('/usr/bin/zstd');
let room: Room;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

/** Something of every part that needs no root. */
async function someFolders(): Promise<Record<string, string>> {
  return {
    inputs: await writeTree(join(room.dir, 'from/inputs'), { 'inputs/0123/debian/a.deb': 'deb'.repeat(70_000) }),
    packages: await writeTree(join(room.dir, 'from/packages'), { 'npm/a/-/a-1.0.0.tgz': 'tgz', '.filled/1': '' }),
    site: await writeTree(join(room.dir, 'from/site'), { 'index.html': '<html>new' }),
  };
}

async function refusal(changes: Parameters<Room['import']>[0] = {}): Promise<StagecraftError> {
  const before = await room.contents();
  const error = await room.import(changes).then(
    () => undefined,
    (thrown: StagecraftError) => thrown,
  );
  expect(error, 'the bundle was taken').toBeDefined();
  expect(await room.contents(), 'something was changed').toEqual(before);
  return error as StagecraftError;
}

async function refusedSentence(changes: Parameters<Room['import']>[0] = {}): Promise<string> {
  const error = await refusal(changes);
  expect(error.code).toBe('bad_input');
  return error.message;
}

test('what was exported is there after an import, also after a second one', async () => {
  await makeBundle(room, await someFolders());
  await writeTree(room.settings.siteDir, { 'index.html': 'old', 'gone.html': 'old' });
  for (let round = 0; round < 2; round += 1) {
    await room.import();
    expect(await room.contents()).toEqual({
      'cache/catalogue': '(folder)',
      'cache/catalogue/inputs': '(folder)',
      'cache/catalogue/inputs/0123': '(folder)',
      'cache/catalogue/inputs/0123/debian': '(folder)',
      'cache/catalogue/inputs/0123/debian/a.deb': 'deb'.repeat(70_000),
      'cache/packages': '(folder)',
      'cache/packages/npm': '(folder)',
      'cache/packages/npm/a': '(folder)',
      'cache/packages/npm/a/-': '(folder)',
      'cache/packages/npm/a/-/a-1.0.0.tgz': 'tgz',
      'cache/packages/.filled': '(folder)',
      'cache/packages/.filled/1': '',
      'site/index.html': '<html>new',
    });
  }
});

test.runIf(hasZstd)('the file is a zstd file and a tar for every other program, too', async () => {
  const manifest = await makeBundle(room, await someFolders());
  await exec('zstd', ['-t', '-q', room.bundle]);
  const { stdout } = await exec('tar', ['--zstd', '-tf', room.bundle]);
  expect(stdout.split('\n').filter(Boolean)).toEqual([
    'manifest.json',
    'manifest.sha256',
    ...manifest.parts.map((part) => part.path),
  ]);
  const shown = await exec('tar', ['--zstd', '-xOf', room.bundle, 'manifest.json']);
  expect(JSON.parse(shown.stdout)).toEqual(manifest);
});

test.runIf(isRoot)('a root file system keeps owners, modes, devices, hard and absolute links', async () => {
  const engine = await writeTree(join(room.dir, 'from/engine'), {
    '.stagecraft-complete': '',
    'usr/bin/a': 'program',
    'etc/motd': 'hello',
  });
  await chmod(join(engine, 'usr/bin/a'), 0o4755);
  await link(join(engine, 'usr/bin/a'), join(engine, 'usr/bin/b'));
  await symlink('/usr/bin/a', join(engine, 'etc/alternative'));
  await exec('mknod', [join(engine, 'null'), 'c', '1', '3']);
  await exec('chown', ['990:42', join(engine, 'etc/motd')]);
  await makeBundle(room, { engine });
  await room.import();
  const script = 'cd "$1" && find . -printf "%P %y %m %U:%G %n %l\n" | sort && stat -c %t:%T null';
  const listing = async (folder: string) => (await exec('sh', ['-c', script, '-', folder])).stdout;
  expect(await listing(rootfsDir(room.settings.cacheDir))).toBe(await listing(engine));
});

test.runIf(isRoot)('extended attributes survive both ways', async () => {
  const attribute = paxRecord('SCHILY.xattr.trusted.kept', 'yes');
  const entries = [
    { path: 'attributes', kind: 'x', text: attribute },
    { path: 'file', text: 'x' },
  ];
  await bundleOfTar(room, 'engine', hostileTar(entries));
  await room.import();
  const file = join(room.dir, 'engine.packed');
  const source = { name: 'engine', title: 'engine', folder: rootfsDir(room.settings.cacheDir), paths: ['.'] };
  await packPart({ ...source, compression: 'zstd' }, { file, signal: AbortSignal.timeout(60_000), onBytes: () => {} });
  expect(zstdDecompressSync(await readFile(file)).toString('latin1')).toContain(attribute);
});

test('a file that is no bundle is refused, whatever it is', async () => {
  expect(await refusedSentence({ file: join(room.dir, 'absent') })).toMatch(/could not be opened \(ENOENT\)/);
  expect(await refusedSentence({ file: room.dir })).toMatch(/is no file/);
  await writeFile(room.bundle, '');
  expect(await refusedSentence()).toMatch(/is not a zstd file/);
  await writeFile(room.bundle, 'PK\x03\x04 something else');
  expect(await refusedSentence()).toMatch(/is not a zstd file\. Give the file that was exported/);
  await writeFile(room.bundle, zstdCompressSync(Buffer.alloc(1_000_000, 'image')));
  expect(await refusedSentence()).toMatch(/is another zstd file, or was compressed anew/);
});

test('a bundle that was cut off anywhere is refused with both sizes', async () => {
  await makeBundle(room, await someFolders());
  const { size } = await stat(room.bundle);
  const whole = await readFile(room.bundle);
  for (const bytes of [4, 100, 700, 1500, 3000, size >> 1, size - 512, size - 1]) {
    await writeFile(room.bundle, whole);
    await truncate(room.bundle, bytes);
    const sentence = await refusedSentence();
    expect(sentence).toMatch(bytes === 4 ? /another zstd file/ : /cut off/);
    if (bytes > 3000) expect(sentence).toContain(`to have ${size} bytes, as its manifest says; it has ${bytes}`);
  }
  await writeFile(room.bundle, whole);
  await appendFile(room.bundle, 'x');
  expect(await refusedSentence()).toMatch(/something was added to it/);
});

test('one changed byte anywhere is refused', async () => {
  await makeBundle(room, await someFolders());
  const whole = await readFile(room.bundle);
  const sentences = new Set<string>();
  // A step that is no multiple of any block: it meets block heads, tar heads, the manifest, parts and what fills them up.
  const everywhere = Array.from({ length: Math.floor(whole.length / 331) }, (_, index) => index * 331);
  for (const at of [...everywhere, 4, 5, 6, 7, 8, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0x10;
    await writeFile(room.bundle, changed);
    sentences.add(await refusedSentence());
  }
  const all = [...sentences].join('\n');
  for (const what of ['its manifest', 'the part "inputs"', 'the part "packages"', 'the part "site"', 'its end'])
    expect(all).toContain(`${what} has been changed or damaged`);
});

test('another format, platform or recipe is refused with what was expected and found', async () => {
  const folders = await someFolders();
  await makeBundle(room, folders, { format: 2 });
  expect(await refusedSentence()).toMatch(/Expected a bundle of format 1; .* has format 2/);
  await makeBundle(room, folders, { platform: 'linux/arm64' });
  expect(await refusedSentence()).toMatch(/for linux\/amd64, which this machine is; .* is for linux\/arm64/);
  for (const [name, title] of Object.entries({
    npm: 'npm packages',
    engine: 'engine recipe',
    catalogue: 'catalogue recipe',
  })) {
    await makeBundle(room, folders, { recipes: { ...machine.recipes, [name]: 'f'.repeat(16) } });
    const sentence = await refusedSentence();
    expect(sentence).toContain(`${title} ${machine.recipes[name as 'npm'].slice(0, 16)}, which this checkout needs`);
    expect(sentence).toContain('has ffffffffffffffff');
  }
});

const hostile: Record<string, TarEntry[]> = {
  'a name with ..': [{ path: '../outside', text: 'x' }],
  'a name with .. inside': [{ path: 'a/../../outside', text: 'x' }],
  'an absolute name': [{ path: '/tmp/outside', text: 'x' }],
  'a long name with ..': [
    { path: '././@LongLink', kind: 'L', text: '../outside' },
    { path: 'harmless', text: 'x' },
  ],
  'attributes with a name with ..': [
    { path: 'x', kind: 'x', text: paxRecord('path', '../outside') },
    { path: 'harmless', text: 'x' },
  ],
  'attributes for all entries': [
    { path: 'g', kind: 'g', text: paxRecord('path', 'a') },
    { path: 'harmless', text: 'x' },
  ],
  'a renamed file with holes': [
    { path: 'x', kind: 'x', text: paxRecord('GNU.sparse.name', '../outside') },
    { path: 'a', text: 'x' },
  ],
  'a symbolic link out': [{ path: 'link', kind: '2', target: '../../outside' }],
  'an absolute symbolic link': [{ path: 'link', kind: '2', target: '/etc' }],
  'a hard link out': [{ path: 'link', kind: '1', target: '../outside' }],
  'a hard link to the host': [{ path: 'link', kind: '1', target: '/etc/passwd' }],
  'links that only together lead out': [
    { path: 'p', kind: '5' },
    { path: 'p/q', kind: '5' },
    { path: 'p/q/up', kind: '2', target: '../..' },
    { path: 'out', kind: '2', target: 'p/q/up/../..' },
  ],
  'a device': [{ path: 'disk', kind: '3' }],
  'a link with contents': [
    { path: 'link', kind: '2', target: 'a', sizeBytes: 512 },
    { path: '../outside', text: 'x' },
  ],
};

for (const [title, entries] of Object.entries(hostile)) {
  test(`a part with ${title} is refused`, async () => {
    await mkdir(room.settings.cacheDir);
    await bundleOfTar(room, 'packages', hostileTar(entries));
    const sentence = await refusedSentence();
    expect(sentence).toContain('Expected the part "packages" of');
    expect(sentence).toMatch(/stay in its own folder/);
    await expect(stat(join(room.dir, 'outside'))).rejects.toThrow();
    await expect(stat('/tmp/outside')).rejects.toThrow();
  });
}

test('a part that is no tar is refused although its checksum fits', async () => {
  await mkdir(room.settings.cacheDir);
  await bundleOfTar(room, 'packages', Buffer.alloc(4096, 'no tar '));
  expect(await refusedSentence()).toMatch(/Expected the part "packages" .* to be a whole tar/);
});

test.runIf(isRoot)('where there is no room, nothing is begun', async () => {
  await makeBundle(room, await someFolders());
  const small = join(room.dir, 'small');
  await mkdir(small);
  await exec('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]);
  try {
    const settings = { ...room.settings, cacheDir: join(small, 'cache') };
    expect(await refusedSentence({ settings })).toMatch(
      /Expected 1\.07 GB of free disk .* has 8\.39 MB\. Free some space, or set STAGECRAFT_CACHE/,
    );
    await expect(stat(settings.cacheDir)).rejects.toThrow();
  } finally {
    await exec('umount', [small]);
  }
});

test('a stopped import changes nothing, and the next one removes what a killed one left', async () => {
  await makeBundle(room, await someFolders());
  const controller = new AbortController();
  const error = await refusal({
    signal: controller.signal,
    progress: (task) => {
      if (task.id === 'part packages') controller.abort();
    },
  }).catch((thrown: unknown) => thrown);
  // The cache folder itself had to be made for the staging folder.
  expect(await room.contents()).toEqual({});
  expect(error).toMatchObject({ code: 'cancelled' });
  const own = await workFolder(room.settings.cacheDir, 'import');
  await writeTree(own, { 'engine/half': 'x' });
  await rename(own, own.replace(ownerId(), '2147483646.1'));
  await room.import();
  expect(Object.keys(await room.contents()).filter((path) => path.includes('.making'))).toEqual([]);
});
