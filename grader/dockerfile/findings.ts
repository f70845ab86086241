/** Making findings: where something stands in the text, and how a list reads in a sentence. */
import type { Finding } from '../contract/report.ts';

export interface Place {
  line: number;
  endLine: number;
  column: number;
  endColumn: number;
}

/** Collects findings about one file and knows where words stand in its text. */
export class Findings {
  readonly list: Finding[] = [];
  private readonly lines: string[];
  private readonly file: Finding['file'];

  constructor(file: Finding['file'], text: string) {
    this.file = file;
    this.lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  }

  error(rule: string, at: Place, message: string): void {
    this.add('error', rule, at, message);
  }

  warning(rule: string, at: Place, message: string): void {
    this.add('warning', rule, at, message);
  }

  /** Where `needle` stands within the instruction, or the whole instruction. */
  place(within: Place, needle: string | undefined): Place {
    if (needle === undefined || needle === '') return within;
    for (let line = within.line; line <= within.endLine; line += 1) {
      const found = wholeWord(this.lines[line - 1] ?? '', needle, line === within.line ? within.column - 1 : 0);
      if (found !== -1) return { line, endLine: line, column: found + 1, endColumn: found + 1 + needle.length };
    }
    return within;
  }

  /** A whole line, for what is no instruction. */
  wholeLine(line: number): Place {
    return { line, endLine: line, column: 1, endColumn: (this.lines[line - 1] ?? '').length + 1 };
  }

  private add(severity: Finding['severity'], rule: string, at: Place, message: string): void {
    const { line, column, endLine, endColumn } = at;
    this.list.push({ rule, file: this.file, line, column, endLine, endColumn, severity, message });
  }
}

/** Like `indexOf`, but `A` is not found in `AS`. */
function wholeWord(line: string, needle: string, from: number): number {
  const partOfWord = /\w$/.test(needle) ? /\w/ : /$^/;
  for (let at = line.indexOf(needle, from); at !== -1; at = line.indexOf(needle, at + 1)) {
    if (!partOfWord.test(line[at + needle.length] ?? '')) return at;
  }
  return -1;
}

/** `a, b and c`; long lists are cut with `…`. */
export function listed(names: readonly string[], max = 12): string {
  if (names.length > max) return `${names.slice(0, max).join(', ')}, …`;
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A learner's word inside a sentence: one line, no control characters, not endless. */
export function quoted(word: string): string {
  const clean = word.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}
