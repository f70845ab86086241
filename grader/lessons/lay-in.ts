/** Puts the few lines that a lesson shows into the whole Dockerfile that they belong to. */
import { splitInstructions } from '../dockerfile/dockerfile-lines.ts';
import type { FenceMarks } from './fence-marks.ts';

export type LaidIn = { ok: true; text: string } | { ok: false; message: string };

/**
 * `instead` (perhaps with `to`) replaces instructions, `after` and `before` stand beside one; without any of them the
 * fragment comes at the end. An instruction is meant by how it begins, and only one of the whole may begin like that.
 */
export function layIn(fragment: string, whole: string, marks: FenceMarks): LaidIn {
  const lines = whole.replace(/\n$/, '').split('\n');
  const place = marks.instead ?? marks.after ?? marks.before;
  if (place === undefined) return { ok: true, text: joined([lines, fragment]) };
  const found = find(place, whole);
  if (!found.ok) return found;
  const { line, endLine } = found;
  if (marks.before !== undefined)
    return { ok: true, text: joined([lines.slice(0, line - 1), fragment, lines.slice(line - 1)]) };
  if (marks.after !== undefined)
    return { ok: true, text: joined([lines.slice(0, endLine), fragment, lines.slice(endLine)]) };
  const last = marks.to === undefined ? found : find(marks.to, whole);
  if (!last.ok) return last;
  if (last.endLine < line) return { ok: false, message: `"${marks.to}" stands above "${place}" in the whole` };
  return { ok: true, text: joined([lines.slice(0, line - 1), fragment, lines.slice(last.endLine)]) };
}

type Found = { ok: true; line: number; endLine: number } | { ok: false; message: string };

function find(beginning: string, whole: string): Found {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const matching = splitInstructions(whole).lines.filter(({ text }) => plain(text).startsWith(plain(beginning)));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return { ok: true, line: only.line, endLine: only.endLine };
  const count = matching.length === 0 ? 'none' : `${matching.length}`;
  return {
    ok: false,
    message: `expected one instruction of the whole that begins with "${beginning}", found ${count}`,
  };
}

function joined(parts: (string | string[])[]): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part.replace(/\n$/, '') : part.join('\n')));
  return `${texts.filter((text) => text !== '').join('\n')}\n`;
}
