import { expect, test } from 'vitest';
import { firstFile } from './read-files.ts';

function entry(type: string, content: string, size = content.length): Buffer {
  const header = Buffer.alloc(512);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, Buffer.from(content), padding]);
}

test('the first file of an archive is read past what describes its name', () => {
  expect(firstFile(entry('0', 'hello'))?.toString()).toBe('hello');
  expect(firstFile(Buffer.concat([entry('x', 'path=long'), entry('0', 'hello')]))?.toString()).toBe('hello');
});

test('of a file that is cut off there is what came', () => {
  expect(firstFile(entry('0', 'a'.repeat(512), 9_000))?.length).toBe(512);
});

test('a folder, a link or nothing at all is no file', () => {
  expect(firstFile(entry('5', ''))).toBeUndefined();
  expect(firstFile(entry('2', ''))).toBeUndefined();
  expect(firstFile(Buffer.alloc(0))).toBeUndefined();
});
