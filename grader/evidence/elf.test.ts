import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readElf } from './elf.ts';

/** A header with program headers of the given types; a loader's name where there is one. */
function elf({ machine = 62, wide = true, little = true, types = [1], interpreter = '' } = {}): Buffer {
  const [head, size] = wide ? [64, 56] : [52, 32];
  const bytes = Buffer.alloc(head + types.length * size + interpreter.length + 65);
  const short = (value: number, at: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const word = (value: number, at: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const long = (value: number, at: number) => {
    if (!wide) word(value, at);
    else if (little) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeBigUInt64BE(BigInt(value), at);
  };
  bytes.write('\x7fELF', 0, 'latin1');
  bytes[4] = wide ? 2 : 1;
  bytes[5] = little ? 1 : 2;
  short(machine, 18);
  long(head, wide ? 32 : 28);
  short(size, wide ? 54 : 42);
  short(types.length, wide ? 56 : 44);
  const text = head + types.length * size;
  types.forEach((type, index) => {
    const at = head + index * size;
    word(type, at);
    long(text, at + (wide ? 8 : 4));
    long(interpreter.length + 1, at + (wide ? 32 : 16));
  });
  bytes.write(interpreter, text, 'latin1');
  return bytes;
}

describe('readElf', () => {
  test.each([
    [62, 'amd64'],
    [183, 'arm64'],
    [40, 'arm'],
    [8, 'machine 8'],
  ])('knows machine %i as %s', (machine, name) => {
    expect(readElf(elf({ machine }))).toEqual({ machine: name, dynamic: false });
  });
  test('reads the loader, in 32 bits and with the other byte order too', () => {
    const interpreter = '/lib/ld-musl-x86_64.so.1';
    const expected = { machine: 'amd64', dynamic: true, interpreter };
    for (const wide of [true, false]) {
      for (const little of [true, false]) {
        expect(readElf(elf({ wide, little, types: [1, 3, 2], interpreter }))).toEqual(expected);
      }
    }
  });
  test('takes a program with libraries but without a loader for dynamic', () => {
    expect(readElf(elf({ types: [2] }))).toEqual({ machine: 'amd64', dynamic: true });
  });
  test('reads the Node.js that runs this test', () => {
    const found = readElf(readFileSync(process.execPath).subarray(0, 65_536));
    expect(found).toMatchObject({ machine: process.arch === 'x64' ? 'amd64' : process.arch, dynamic: true });
    expect(found?.interpreter).toMatch(/^\/lib.*ld/);
  });
  test.each([Buffer.alloc(0), Buffer.from('#!/bin/sh\n'.repeat(10)), Buffer.from('\x7fELF', 'latin1')])(
    'takes nothing else for a program',
    (bytes) => {
      expect(readElf(bytes)).toBeUndefined();
    },
  );
  test('does not read past the end of a header that lies', () => {
    const bytes = elf({ types: [3], interpreter: '/lib/ld.so' });
    bytes.writeUInt16LE(65_535, 56);
    bytes.writeBigUInt64LE(2n ** 60n, 64 + 8);
    expect(readElf(bytes)).toEqual({ machine: 'amd64', dynamic: true, interpreter: undefined });
    bytes.writeBigUInt64LE(2n ** 63n, 32);
    expect(readElf(bytes)).toEqual({ machine: 'amd64', dynamic: false });
  });
});
