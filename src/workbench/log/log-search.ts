/** Finds a text in a log. Pure: the same log and text give the same places, in order. */
import { type LogBuffer, plainText } from './log-buffer.ts';

/** One line that holds the text, by its place in the buffer. */
export interface LogMatch {
  chunk: number;
  line: number;
}

/** More are not counted: who sees that many looks for something longer. */
export const matchesMax = 10_000;

/** Lines that hold the text, however its letters are written. */
export function searchLog({ chunks }: LogBuffer, text: string): LogMatch[] {
  const wanted = text.toLowerCase();
  const found: LogMatch[] = [];
  if (wanted === '') return found;
  for (const [chunk, lines] of chunks.entries()) {
    for (const [line, { text: written }] of lines.entries()) {
      if (!written.toLowerCase().includes(wanted) && !written.includes('\u001b')) continue;
      if (!plainText(written).toLowerCase().includes(wanted)) continue;
      found.push({ chunk, line });
      if (found.length === matchesMax) return found;
    }
  }
  return found;
}

/** A line in parts, those at odd places being what was looked for. */
export function splitAt(line: string, text: string): string[] {
  const [lower, wanted] = [line.toLowerCase(), text.toLowerCase()];
  // Some letters have no lower case of their own length; then the places would be wrong.
  if (wanted === '' || lower.length !== line.length) return [line];
  const parts: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(line.slice(from, at), line.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, line.slice(from)];
}
