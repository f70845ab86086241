/** How the bytes of a bundle lie: a tar in a zstd frame of stored blocks. Plain JavaScript, see `bundle-file.mjs`. */
import { createHash } from 'node:crypto';

/** Stored bytes per block; the last one may hold fewer. */
export const blockBytes = 128 * 1024;
/** Magic number, frame header without content size or checksum, a window of 128 KiB. */
export const frameHeader = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
export const blockHeaderBytes = 3;
export const tarBlockBytes = 512;
/** What the size field of a plain tar header can say. */
export const partBytesMax = 8 * 1024 ** 3 - 1;

export function blockHeader(bytes, isLast) {
  const header = Buffer.alloc(blockHeaderBytes);
  header.writeUIntLE(bytes * 8 + (isLast ? 1 : 0), 0, blockHeaderBytes);
  return header;
}

/** A tar header for a plain file; nothing in it depends on when or by whom it was made. */
export function tarHeader(path, sizeBytes) {
  const header = Buffer.alloc(tarBlockBytes);
  header.write(path, 0, 100, 'latin1');
  const octal = (value, at, digits) => header.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(sizeBytes, 124, 11);
  octal(0, 136, 11);
  header.write('        0', 148, 'latin1');
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

export const padded = (bytes) => Math.ceil(bytes / tarBlockBytes) * tarBlockBytes;

/** What comes before the first part: the manifest and its checksum, each with its tar header. */
export function preamble(manifestText) {
  const manifest = Buffer.from(manifestText);
  const sum = Buffer.from(`${createHash('sha256').update(manifest).digest('hex')}  manifest.json\n`);
  const entries = [
    ['manifest.json', manifest],
    ['manifest.sha256', sum],
  ];
  return Buffer.concat(
    entries.flatMap(([name, bytes]) => [
      tarHeader(name, bytes.length),
      bytes,
      Buffer.alloc(padded(bytes.length) - bytes.length),
    ]),
  );
}

/** Where each part's bytes begin in the tar, and how long the tar is. */
export function layout(manifest, preambleBytes) {
  let at = preambleBytes;
  const starts = new Map();
  for (const part of manifest.parts) {
    starts.set(part.name, at + tarBlockBytes);
    at += tarBlockBytes + padded(part.sizeBytes);
  }
  return { starts, tarBytes: at + 2 * tarBlockBytes };
}

export function fileBytesFor(tarBytes) {
  return frameHeader.length + tarBytes + blockHeaderBytes * Math.ceil(tarBytes / blockBytes);
}
