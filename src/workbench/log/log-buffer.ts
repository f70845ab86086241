/**
 * The lines of one build log, in chunks: a new line makes one new chunk and leaves the others as they are, so that a
 * list of thousands of lines draws only what changed.
 */
import type { LogLine } from '../../../grader/contract/submission.ts';

export const chunkLinesMax = 50;
/** Kept per attempt, more than the grader's 5 MB of a usual log; the oldest chunk goes first. */
const chunksMax = 2_000;

export interface LogBuffer {
  chunks: readonly (readonly LogLine[])[];
  /** Of all lines that ever came, including the dropped. */
  count: number;
  dropped: number;
}

export const emptyLog: LogBuffer = { chunks: [], count: 0, dropped: 0 };

export function appendLines(buffer: LogBuffer, lines: readonly LogLine[]): LogBuffer {
  if (lines.length === 0) return buffer;
  const chunks = [...buffer.chunks];
  let rest = lines;
  const open = chunks.at(-1);
  if (open && open.length < chunkLinesMax) {
    const room = chunkLinesMax - open.length;
    chunks[chunks.length - 1] = [...open, ...rest.slice(0, room)];
    rest = rest.slice(room);
  }
  for (let start = 0; start < rest.length; start += chunkLinesMax) {
    chunks.push(rest.slice(start, start + chunkLinesMax));
  }
  let dropped = buffer.dropped;
  while (chunks.length > chunksMax) dropped += chunks.shift()?.length ?? 0;
  return { chunks, count: buffer.count + lines.length, dropped };
}

/** Plain text for a download. */
export function logText(buffer: LogBuffer): string {
  const lines = buffer.chunks.flat().map((line) => `${line.stage ? `[${line.stage}] ` : ''}${plainText(line.text)}`);
  return `${lines.join('\n')}\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with the control character ESC.
const terminalSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Without colours and cursor movements; of a line that was rewritten in place, the last writing. */
export function plainText(text: string): string {
  const plain = text.replace(terminalSequence, '').replace(/\r+$/, '');
  return plain.slice(plain.lastIndexOf('\r') + 1);
}
