import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { base64Forms, type How, Scanner, searchFile } from './layer-search.ts';
import { walk } from './layer-walk.ts';

const canary = 'canary-7f3a91c2-value';
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stagecraft-search-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function search(content: Buffer | string): Promise<How | undefined> {
  writeFileSync(join(dir, 'file'), content);
  const [found] = [...walk({ dir, idBase: 0, cancelled: () => false }, () => {})];
  return found === undefined ? undefined : searchFile(found, canary, () => false);
}

test('plain bytes are found, also across the borders of what is read at a time', async () => {
  expect(await search(`TOKEN=${canary}\n`)).toBe('plain');
  expect(await search(Buffer.concat([Buffer.alloc(1024 * 1024 - 5, 1), Buffer.from(canary)]))).toBe('plain');
});

test('base64 is found at every alignment, broken into lines, and in its URL form', async () => {
  for (const before of ['', 'a', 'ab']) {
    expect(await search(Buffer.from(`${before}${canary} and more`).toString('base64'))).toBe('base64');
  }
  const wrapped = Buffer.from(`${'x'.repeat(50)}${canary}`)
    .toString('base64')
    .replace(/.{20}/g, '$&\n');
  expect(await search(wrapped)).toBe('base64');
  expect(base64Forms('???>>>~~~').some((form) => form.includes('_'))).toBe(true);
});

test('gzip is unpacked, also several members in one file', async () => {
  expect(await search(gzipSync(`x${canary}`))).toBe('gzip');
  expect(await search(Buffer.concat([gzipSync('first'), gzipSync(canary)]))).toBe('gzip');
});

test('what only looks like gzip, or is cut short, is no error', async () => {
  expect(await search(Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(100, 7)]))).toBeUndefined();
  expect(await search(gzipSync('x'.repeat(10_000)).subarray(0, 30))).toBeUndefined();
});

test('other files have no match', async () => {
  expect(await search('nothing here')).toBeUndefined();
  expect(await search('')).toBeUndefined();
});

test('a scanner remembers no more than it needs', () => {
  const scanner = new Scanner([Buffer.from('abc')]);
  expect(scanner.push(Buffer.from('xxa'))).toBe(false);
  expect(scanner.push(Buffer.from('b'))).toBe(false);
  expect(scanner.push(Buffer.from('c'))).toBe(true);
  expect(scanner.push(Buffer.from('c'))).toBe(false);
});
