/** Changes of whole lines of a Dockerfile, by the lines of its instructions. */
import type { InstructionModel } from '../dockerfile/model.ts';

export interface Edit {
  /** 1-based, inclusive; an `endLine` before `line` replaces nothing and stands before `line`. */
  line: number;
  endLine: number;
  /** Undefined removes the lines. */
  text: string | undefined;
}

type Place = Pick<InstructionModel, 'line' | 'endLine'>;

export const removed = ({ line, endLine }: Place): Edit => ({ line, endLine, text: undefined });
export const replaced = ({ line, endLine }: Place, text: string): Edit => ({ line, endLine, text });
export const after = ({ endLine }: Place, text: string): Edit => ({ line: endLine + 1, endLine, text });
export const before = ({ line }: Place, text: string): Edit => ({ line, endLine: line - 1, text });

/** The lines as they are written, with what continues them. */
export function rawText(text: string, { line, endLine }: Place): string {
  return text
    .split('\n')
    .slice(line - 1, endLine)
    .join('\n');
}

/** Edits must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lines = text.split('\n');
  for (const { line, endLine, text: put } of edits.toSorted((one, other) => other.line - one.line)) {
    lines.splice(line - 1, endLine - line + 1, ...(put === undefined ? [] : put.split('\n')));
  }
  return lines.join('\n');
}
