/** Between our places and Monaco's ranges, and the address of each file's model. */
import { type IRange, Uri } from 'monaco-editor/editor';
import type { Place } from '../../dockerfile/problem.ts';

export const modelUri = (path: string): Uri => Uri.from({ scheme: 'stagecraft', path: `/${path}` });

export const toRange = ({ line, column, endLine, endColumn }: Place): IRange => ({
  startLineNumber: line,
  startColumn: column,
  endLineNumber: endLine,
  endColumn,
});

/** What is not visible at all can't be seen or hovered: nothing becomes one character, as far as there is one. */
export function visibleRange(place: Place, lineMaxColumn: number): IRange {
  const range = toRange(place);
  const isEmpty = range.startLineNumber === range.endLineNumber && range.startColumn >= range.endColumn;
  return isEmpty ? { ...range, endColumn: Math.min(range.startColumn + 1, lineMaxColumn) } : range;
}
