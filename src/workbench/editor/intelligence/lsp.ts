/** Between the language service's positions (from 0) and ours (from 1). */
import type { TextEdit } from '../../../dockerfile/problem.ts';
import type { Position } from './protocol.ts';

interface LspPosition {
  line: number;
  character: number;
}
interface LspRange {
  start: LspPosition;
  end: LspPosition;
}

export const toLsp = ({ line, column }: Position): LspPosition => ({ line: line - 1, character: column - 1 });

export const fromLspRange = ({ start, end }: LspRange): Omit<TextEdit, 'text'> => ({
  line: start.line + 1,
  column: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});

export const fromLspEdit = (edit: { range: LspRange; newText: string }): TextEdit => ({
  ...fromLspRange(edit.range),
  text: edit.newText,
});
