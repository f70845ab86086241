/** Edits to a text, as fixes, renames and formatting make them. */
import type { TextEdit } from './problem.ts';

/** Positions are those of the text before; edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return offsetsOf(text, edits).reduce(
    (result, edit) => result.slice(0, edit.from) + edit.text + result.slice(edit.to),
    text,
  );
}

export interface OffsetEdit {
  from: number;
  to: number;
  text: string;
}

/** The last first, so that each finds its place as it was. */
export function offsetsOf(text: string, edits: readonly TextEdit[]): OffsetEdit[] {
  const starts = lineStarts(text);
  const offset = (line: number, column: number) =>
    Math.min((starts[line - 1] ?? text.length) + column - 1, text.length);
  return edits
    .map((edit) => ({
      from: offset(edit.line, edit.column),
      to: offset(edit.endLine, edit.endColumn),
      text: edit.text,
    }))
    .sort((a, b) => b.from - a.from);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
