/** Formats a Dockerfile; the bodies of here-documents are programs of their own and stay as they are. */
import './buffer-shim.ts';
import { format as indent } from 'dockerfile-utils';
import { type InstructionModel, readDockerfile } from '../../../dockerfile/read-dockerfile.ts';
import { applyEdits } from '../../../dockerfile/text-edits.ts';
import { fromLspEdit } from './lsp.ts';

const spaces = 4;

/** Indents continued lines, writes keywords in capitals, takes spaces off the ends of lines and needless empty lines out. */
export function formatDockerfile(text: string): string {
  const kept = heredocLines(text);
  const indents = indent(text, { tabSize: spaces, insertSpaces: true })
    .map(fromLspEdit)
    .filter((edit) => !kept.has(edit.line));
  return tidied(applyEdits(text, indents));
}

function tidied(text: string): string {
  const { instructions } = readDockerfile(text);
  const kept = heredocLines(text);
  const keywords = new Map(instructions.map((instruction) => [instruction.line, instruction]));
  const result: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const number = index + 1;
    if (kept.has(number)) {
      result.push(line);
      continue;
    }
    const instruction = keywords.get(number);
    const trimmed = (instruction === undefined ? line : withKeyword(line, instruction)).trimEnd();
    if (trimmed !== '' || result.at(-1) !== '') result.push(trimmed);
  }
  while (result.at(-1) === '') result.pop();
  return result.length === 0 ? '' : `${result.join('\n')}\n`;
}

/** The keyword, and AS behind a FROM, in capitals; an instruction begins at the margin. */
function withKeyword(line: string, { keyword }: InstructionModel): string {
  const bare = line.trimStart();
  const word = /^\S+/.exec(bare)?.[0] ?? '';
  if (word.toUpperCase() !== keyword) return bare;
  const rest = bare.slice(word.length);
  return keyword + (keyword === 'FROM' ? rest.replace(/\s+as\s+(?=\S+\s*$)/i, ' AS ') : rest);
}

/** Lines of here-documents and those that end them. */
function heredocLines(text: string): Set<number> {
  const lines = new Set<number>();
  for (const { endLine, heredocs = [] } of readDockerfile(text).instructions) {
    const count = heredocs.reduce((sum, body) => sum + body.split('\n').length, 0);
    for (let line = endLine - count + 1; line <= endLine; line += 1) lines.add(line);
  }
  return lines;
}
