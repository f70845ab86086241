/** Edits to a text, as fixes, renames and formatting make them. */
import type { TextEdit } from './problem.ts';

/** Positions are those of the text before; edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const offset = (line: number, column: number) =>
    Math.min((starts[line - 1] ?? text.length) + column - 1, text.length);
  return edits
    .map((edit) => ({ ...edit, from: offset(edit.line, edit.column), to: offset(edit.endLine, edit.endColumn) }))
    .sort((a, b) => b.from - a.from)
    .reduce((result, edit) => result.slice(0, edit.from) + edit.text + result.slice(edit.to), text);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
