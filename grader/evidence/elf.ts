/** The header of a Linux program: for which processor it was compiled, and whether it needs a loader to start. */
import type { ElfHeader } from './evidence.ts';

/** Names as Docker's platforms have them, by `e_machine`. */
const MACHINES: Record<number, string> = {
  3: '386',
  21: 'ppc64le',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};

const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PROGRAM_HEADERS_MAX = 64;
const PATH_MAX = 256;

/**
 * Pure. Undefined when it is no ELF file, a script for example.
 * @param bytes the beginning of the file; a loader's name further behind is not read
 */
export function readElf(bytes: Buffer): ElfHeader | undefined {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const wide = bytes[4] === 2;
  const { short, word, long } = numbersOf(bytes, { wide, little: bytes[5] !== 2 });
  const places = wide ? places64 : places32;
  const machine = short(18);
  const header: ElfHeader = { machine: MACHINES[machine] ?? `machine ${machine}`, dynamic: false };
  const start = long(places.table);
  const size = short(places.entrySize);
  const count = Math.min(short(places.entries), PROGRAM_HEADERS_MAX);
  for (let at = start; at < start + count * size; at += size) {
    if (size < 32 || at + size > bytes.length) break;
    const type = word(at);
    if (type === PT_DYNAMIC || type === PT_INTERP) header.dynamic = true;
    if (type === PT_INTERP) header.interpreter = textAt(bytes, long(at + places.offset), long(at + places.length));
  }
  return header;
}

/** In the header: the table of program headers. In each of them: where its bytes are in the file, and how many. */
const places64 = { table: 32, entrySize: 54, entries: 56, offset: 8, length: 32 };
const places32 = { table: 28, entrySize: 42, entries: 44, offset: 4, length: 16 };

function textAt(bytes: Buffer, offset: number, length: number): string | undefined {
  const end = offset + Math.min(length, PATH_MAX);
  return end > bytes.length ? undefined : bytes.toString('latin1', offset, end).replace(/\0.*$/s, '');
}

/** How the file itself writes numbers. `long` is as wide as its addresses. */
function numbersOf(bytes: Buffer, { wide, little }: { wide: boolean; little: boolean }) {
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const wideWord = (at: number): number => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  return {
    short: (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    word,
    long: wide ? wideWord : word,
  };
}
