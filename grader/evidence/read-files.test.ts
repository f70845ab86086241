import { expect, test } from 'vitest';
import { firstEntry } from './read-files.ts';

function entry(type: string, content: string, size = content.length): Buffer {
  const header = Buffer.alloc(512);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${(1_700_000_000).toString(8).padStart(11, '0')}\0`, 136);
  header.write(type, 156);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, Buffer.from(content), padding]);
}

test('the first file of an archive is read past what describes its name', () => {
  const expected = { type: 'file', content: Buffer.from('hello'), modifiedSeconds: 1_700_000_000 };
  expect(firstEntry(entry('0', 'hello'))).toEqual(expected);
  expect(firstEntry(Buffer.concat([entry('x', 'path=long'), entry('0', 'hello')]))).toEqual(expected);
});

test('of a file that is cut off there is what came', () => {
  expect(firstEntry(entry('0', 'a'.repeat(512), 9_000))?.content.length).toBe(512);
});

test('a folder or a link has a time and no content', () => {
  expect(firstEntry(entry('5', ''))).toEqual({
    type: 'other',
    content: Buffer.alloc(0),
    modifiedSeconds: 1_700_000_000,
  });
  expect(firstEntry(entry('2', ''))?.type).toBe('other');
  expect(firstEntry(Buffer.alloc(0))).toBeUndefined();
});
