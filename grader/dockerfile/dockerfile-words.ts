/**
 * Cuts one instruction into keyword, flags and arguments as BuildKit does.
 *
 * Absent on purpose: variables stay as written; see `shell-words.ts`.
 */
import { fromByteChars, toByteChars } from './bytes.ts';
import { isSpace, trimSpace } from './spaces.ts';

export interface Command {
  /** As written. */
  keyword: string;
  /** `--mount=type=cache` with quotes and escapes taken off. */
  flags: string[];
  /** What follows the flags, trimmed. */
  rest: string;
}

/** Splits `RUN --network=none npm ci`. */
export function splitCommand(line: string, escapeToken: string): Command {
  const match = /^([^\t\v\f\r ]*)[\t\v\f\r ]+([\s\S]*)$/.exec(trimSpace(line));
  if (match === null) return { keyword: trimSpace(line), flags: [], rest: '' };
  const { flags, rest } = takeFlags(match[2] ?? '', escapeToken);
  return { keyword: match[1] ?? '', flags, rest: trimSpace(rest) };
}

/** BuildKit reads flags byte by byte; latin1 makes one char of each byte, so that both see the same. */
function takeFlags(text: string, escapeToken: string): { flags: string[]; rest: string } {
  const bytes = toByteChars(text);
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < bytes.length && isSpace(bytes[at])) at += 1;
    if (!bytes.startsWith('--', at)) break;
    const flag = takeFlag(bytes, at, escapeToken);
    at = flag.end;
    if (flag.word === '--') break;
    flags.push(flag.word);
  }
  return { flags, rest: fromByteChars(bytes.slice(at)) };
}

function takeFlag(bytes: string, start: number, escapeToken: string): { word: string; end: number } {
  let word = '';
  let quote = '';
  let at = start;
  for (; at < bytes.length; at += 1) {
    const char = bytes[at] ?? '';
    if (quote === '' && isSpace(char)) break;
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    else if (char === escapeToken) {
      at += 1;
      word += bytes[at] ?? '';
    } else word += char;
  }
  return { word, end: Math.min(at, bytes.length) };
}

/** `--from=builder` → name `from`, value `builder`. */
export function parseFlag(flag: string): { name: string; value: string | undefined } {
  const equals = flag.indexOf('=');
  if (equals === -1) return { name: flag.slice(2), value: undefined };
  return { name: flag.slice(2, equals), value: flag.slice(equals + 1) };
}

/** Arguments at white space, quotes kept in place and not minded (FROM, COPY, ADD). */
export function splitAtSpace(rest: string): string[] {
  return rest === '' ? [] : rest.split(/[\t\v\f\r ]+/);
}

/** Arguments at white space outside of quotes, quotes kept (ENV, ARG, LABEL). */
export function splitQuoted(rest: string, escapeToken: string): string[] {
  const words: string[] = [];
  const chars = [...rest];
  let word = '';
  let inWord = false;
  let quote = '';
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (quote === '' && isSpace(char)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    word += char;
    if (char === escapeToken && quote !== "'") {
      at += 1;
      word += chars[at] ?? '';
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
  }
  if (inWord) words.push(word);
  return words;
}

/** The exec form. `unclear` when BuildKit's versions read it differently: text after the array. */
export type JsonForm =
  | { kind: 'array'; argv: string[] }
  | { kind: 'none' }
  | { kind: 'not_strings' }
  | { kind: 'unclear' };

/** Reads `["a", "b"]`; anything else is the shell form. */
export function parseJsonForm(rest: string): JsonForm {
  if (!rest.startsWith('[')) return { kind: 'none' };
  const end = endOfArray(rest);
  if (end === undefined) return { kind: 'none' };
  let value: unknown;
  try {
    value = JSON.parse(rest.slice(0, end));
  } catch {
    return { kind: 'none' };
  }
  if (!Array.isArray(value)) return { kind: 'none' };
  if (trimSpace(rest.slice(end)) !== '') return { kind: 'unclear' };
  if (!value.every((each) => typeof each === 'string')) return { kind: 'not_strings' };
  return { kind: 'array', argv: value };
}

function endOfArray(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[') depth += 1;
    else if (char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** `type=bind,from=builder,"target=/a,b"` as Go's csv reader splits it; undefined when the quotes are wrong. */
export function parseMount(value: string): Record<string, string> | undefined {
  const mount: Record<string, string> = Object.create(null);
  let rest: string | undefined = value;
  while (rest !== undefined) {
    const match: RegExpExecArray | null = /^(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/.exec(rest);
    if (match === null) return undefined;
    const field = match[1]?.replaceAll('""', '"') ?? match[2] ?? '';
    const equals = field.indexOf('=');
    mount[(equals === -1 ? field : field.slice(0, equals)).toLowerCase()] =
      equals === -1 ? '' : field.slice(equals + 1);
    rest = match[0].endsWith(',') ? rest.slice(match[0].length) : undefined;
  }
  return mount;
}
