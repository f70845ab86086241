/** A container's log as the Docker API streams it: frames of both streams, put together, bounded and made plain. */
import { plainText } from './plain-text.ts';

const HEADER_BYTES = 8;

/**
 * Frames are an 8-byte header (stream, three zeros, length) and a payload. Both streams stay in the order of writing.
 * @param raw may end within a frame.
 */
export function demultiplex(raw: Buffer): Buffer {
  const payloads: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= raw.length; ) {
    const end = at + HEADER_BYTES + raw.readUInt32BE(at + 4);
    payloads.push(raw.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(payloads);
}

/**
 * The log for people. A long one keeps its start (how it was started) and its end (why it died).
 * @param bytesMax of the kept text; a line says how much is missing.
 */
export function readableLog(raw: Buffer, bytesMax: number): string {
  const bytes = demultiplex(raw);
  if (bytes.length <= bytesMax) return plainText(bytes.toString('utf8'), bytesMax);
  const headBytes = Math.floor(bytesMax / 4);
  const tailBytes = bytesMax - headBytes;
  const head = bytes.subarray(0, headBytes).toString('utf8');
  const tail = bytes.subarray(bytes.length - tailBytes).toString('utf8');
  const left = bytes.length - bytesMax;
  return `${plainText(head, headBytes)}\n… ${left} bytes left out …\n${plainText(tail, tailBytes)}`;
}
